package io.leba.plugin.discovery.dns;

/** What happens to the backends of a name that no longer exists. */
enum IfMissing {
    /** The last ones stay: a name is seldom meant to vanish. */
    KEEP,
    /** They go. */
    REMOVE
}
