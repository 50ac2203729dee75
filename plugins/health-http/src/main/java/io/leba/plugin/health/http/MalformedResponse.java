package io.leba.plugin.health.http;

/** What came is no HTTP/1 response; the message says why, for an operator. */
final class MalformedResponse extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedResponse(String reason) {
        super(reason, null, false, false);
    }
}
