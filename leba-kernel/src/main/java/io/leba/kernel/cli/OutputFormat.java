package io.leba.kernel.cli;

/** How a command prints. */
enum OutputFormat {
    /** For people. */
    TABLE,
    /** For programs. */
    JSON
}
