package io.leba.plugin.health.grpc;

/** What came is no answer of a gRPC backend; the message says why, for an operator. */
final class MalformedAnswer extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedAnswer(String reason) {
        super(reason, null, false, false);
    }
}
