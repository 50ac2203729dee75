package io.leba.plugin.discovery.dns;

/** A name could not be looked up, or does not exist; the message says why, lower case, for an operator. */
final class DnsFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean isMissing;

    private DnsFailure(String message, boolean isMissing) {
        super(message, null, false, false);
        this.isMissing = isMissing;
    }

    /** No server gave a usable answer. */
    static DnsFailure unanswered(String message) {
        return new DnsFailure(message, false);
    }

    /** A server says that there is nothing of that name. */
    static DnsFailure missing(String message) {
        return new DnsFailure(message, true);
    }

    boolean isMissing() {
        return isMissing;
    }
}
