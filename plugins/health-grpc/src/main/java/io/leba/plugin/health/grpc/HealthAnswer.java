package io.leba.plugin.health.grpc;

import io.leba.spi.health.ProbeResult;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The answer to one call of the health service: what its fields and its message mean for the backend. */
final class HealthAnswer {
    private static final int LARGEST_MESSAGE = 1024;
    private static final int PREFIX = 5;
    private static final int SHOWN = 100;
    private static final int SERVING = 1;
    private static final String[] STATES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
    private static final int NOT_FOUND = 5;
    private static final int UNIMPLEMENTED = 12;
    private static final String[] CODES = {
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED"
    };

    private final String subject;
    private final HeaderBlock block = new HeaderBlock();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private String httpStatus = "";
    private String contentType = "";
    private String grpcStatus = "";
    private String grpcMessage = "";
    private boolean hasHead;

    /**
     * The answer to a question.
     *
     * @param service what was asked for; empty: the backend as a whole
     */
    HealthAnswer(Optional<String> service) {
        this.subject = service.map(name -> "service '" + shown(name) + "'").orElse("the backend");
    }

    /** A header block came: the response's head, or its trailers. */
    Optional<ProbeResult> fields(byte[] encoded, boolean endsStream) throws MalformedAnswer {
        block.decode(encoded, this::field);
        if (!hasHead) {
            if (httpStatus.startsWith("1") && httpStatus.length() == 3 && !endsStream) {
                httpStatus = "";
                return Optional.empty();
            }
            hasHead = true;
            String refusal = refusal();
            if (!refusal.isEmpty()) {
                return Optional.of(ProbeResult.down(refusal));
            }
        }
        return endsStream ? Optional.of(verdict()) : Optional.empty();
    }

    private void field(String name, String value) {
        switch (name) {
            case ":status" -> httpStatus = value;
            case "content-type" -> contentType = value;
            case "grpc-status" -> grpcStatus = value;
            case "grpc-message" -> grpcMessage = value;
            default -> {}
        }
    }

    private String refusal() {
        if (!httpStatus.equals("200")) {
            return "HTTP status '" + shown(httpStatus) + "', expected 200";
        }
        if (!contentType.startsWith("application/grpc")) {
            return "no gRPC, its content-type is '" + shown(contentType) + "'";
        }
        return "";
    }

    /** A piece of the message came. */
    Optional<ProbeResult> data(byte[] bytes, int from, int to, boolean endsStream) throws MalformedAnswer {
        if (!hasHead) {
            throw new MalformedAnswer("malformed answer: data before the fields");
        }
        if (message.size() + to - from > LARGEST_MESSAGE) {
            throw new MalformedAnswer("message of more than " + LARGEST_MESSAGE + " bytes");
        }
        message.write(bytes, from, to - from);
        return endsStream ? Optional.of(verdict()) : Optional.empty();
    }

    private ProbeResult verdict() throws MalformedAnswer {
        if (grpcStatus.isEmpty()) {
            return ProbeResult.down("no grpc-status in the answer");
        }
        if (!grpcStatus.equals("0")) {
            return ProbeResult.down(failure());
        }
        int state = state();
        return state == SERVING
                ? ProbeResult.up()
                : ProbeResult.down(
                        subject + " is " + (state >= 0 && state < STATES.length ? STATES[state] : "in state " + state));
    }

    private String failure() {
        int code = grpcStatus.length() <= 2 && grpcStatus.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Integer.parseInt(grpcStatus)
                : -1;
        String name = code >= 0 && code < CODES.length ? CODES[code] : shown(grpcStatus);
        return switch (code) {
            case NOT_FOUND -> subject + " is not known to the backend's health service (NOT_FOUND)";
            case UNIMPLEMENTED ->
                "the backend has no service grpc.health.v1.Health (UNIMPLEMENTED); add it there, or use the check 'tcp'";
            default -> "grpc-status " + name + (grpcMessage.isEmpty() ? "" : ": " + shown(grpcMessage));
        };
    }

    /** {@code HealthCheckResponse {ServingStatus status = 1}}; a status that is not written is 0. */
    private int state() throws MalformedAnswer {
        ByteBuffer in = ByteBuffer.wrap(message.toByteArray());
        if (in.remaining() < PREFIX) {
            throw new MalformedAnswer("no message in the answer");
        }
        if (in.get() != 0) {
            throw new MalformedAnswer("the message is compressed, which nobody asked for");
        }
        if (in.getInt() != in.remaining()) {
            throw new MalformedAnswer("malformed message");
        }
        long state = 0;
        while (in.hasRemaining()) {
            long tag = varint(in);
            if (tag == 1 << 3) {
                state = varint(in);
            } else {
                skip(in, (int) tag & 7);
            }
        }
        return (int) state;
    }

    private static long varint(ByteBuffer in) throws MalformedAnswer {
        long value = 0;
        for (int shift = 0; shift < 64 && in.hasRemaining(); shift += 7) {
            byte next = in.get();
            value |= (long) (next & 127) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedAnswer("malformed message");
    }

    private static void skip(ByteBuffer in, int wireType) throws MalformedAnswer {
        long length = switch (wireType) {
            case 0 -> varint(in) * 0;
            case 1 -> 8;
            case 2 -> varint(in);
            case 5 -> 4;
            default -> -1;
        };
        if (length < 0 || length > in.remaining()) {
            throw new MalformedAnswer("malformed message");
        }
        in.position(in.position() + (int) length);
    }

    /** What a peer said, short and printable. */
    static String shown(String text) {
        StringBuilder printable = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
            char c = text.charAt(i);
            printable.append(c < 0x20 || c > 0x7e ? '.' : c);
        }
        return printable.append(text.length() > SHOWN ? "…" : "").toString();
    }
}
