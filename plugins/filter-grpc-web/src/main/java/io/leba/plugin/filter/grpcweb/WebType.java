package io.leba.plugin.filter.grpcweb;

import java.util.Locale;

/**
 * A content type of gRPC-Web.
 *
 * @param isText whether bodies are base64
 * @param format what says how messages are written: {@code +proto}, with parameters, or nothing
 */
record WebType(boolean isText, String format) {
    private static final String GRPC = "application/grpc";
    private static final String WEB = GRPC + "-web";
    private static final String TEXT = WEB + "-text";

    /** The type that a field says; null: another one. */
    static WebType of(String contentType) {
        if (contentType == null) {
            return null;
        }
        String lower = contentType.toLowerCase(Locale.ROOT);
        boolean isText = lower.startsWith(TEXT);
        if (!isText && !lower.startsWith(WEB)) {
            return null;
        }
        String format = contentType.substring((isText ? TEXT : WEB).length());
        return isFormat(format) ? new WebType(isText, format) : null;
    }

    private static boolean isFormat(String rest) {
        return rest.isEmpty() || rest.charAt(0) == '+' || rest.charAt(0) == ';' || rest.charAt(0) == ' ';
    }

    /** The format of a plain gRPC type; null: another one. */
    static String format(String contentType) {
        if (contentType == null || !contentType.toLowerCase(Locale.ROOT).startsWith(GRPC)) {
            return null;
        }
        String format = contentType.substring(GRPC.length());
        return isFormat(format) ? format : null;
    }

    /** The plain gRPC type for a backend. */
    String plain() {
        return GRPC + format;
    }

    /** The type of a response whose messages are written in a format. */
    String in(String responseFormat) {
        return (isText ? TEXT : WEB) + responseFormat;
    }
}
