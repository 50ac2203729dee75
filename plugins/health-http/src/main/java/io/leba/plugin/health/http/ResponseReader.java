package io.leba.plugin.health.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads one HTTP/1 response (RFC 9112) from pieces of any size: interim responses are skipped, the body is taken out of its
 * framing. Each line and the head as a whole are bounded; nothing of the body is kept here. Lenient where a health check may be: a
 * line may end in a bare line feed, unknown headers are not looked at.
 */
final class ResponseReader {
    /** Bytes of the head, interim responses included. */
    static final int HEAD_LIMIT = 64 * 1024;

    private static final int LINE_LIMIT = 16 * 1024;
    private static final int SHOWN = 24;
    private static final String VERSION = "HTTP/1.";

    private enum Expected {
        STATUS_LINE,
        HEADER,
        SIZED_BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        BODY_UNTIL_CLOSE,
        NOTHING
    }

    private final boolean isHead;
    private final Line line = new Line();
    private Expected expected = Expected.STATUS_LINE;
    private int status;
    private boolean hasStatus;
    private long bodyLeft;
    private long contentLength = -1;
    private boolean isChunked;
    private boolean hasOtherCoding;

    /**
     * A reader for one response.
     *
     * @param isHead whether HEAD was asked, whose answer has no body
     */
    ResponseReader(boolean isHead) {
        this.isHead = isHead;
    }

    /** Whether the head of the final response is complete. */
    boolean hasStatus() {
        return hasStatus;
    }

    int status() {
        return status;
    }

    boolean isUntouched() {
        return line.total == 0;
    }

    /** Whether the response has ended. */
    boolean isComplete() {
        return expected == Expected.NOTHING;
    }

    /** Whether it is the end of the connection that ends the response. */
    boolean endsWithConnection() {
        return expected == Expected.BODY_UNTIL_CLOSE;
    }

    /** Reads on: at least one byte, at most to the end of the head or of a piece of the body. */
    void read(ByteBuffer bytes, Optional<BodyExpectation> body) throws MalformedResponse {
        switch (expected) {
            case NOTHING -> bytes.position(bytes.limit());
            case BODY_UNTIL_CLOSE -> take(bytes, bytes.remaining(), body);
            case SIZED_BODY -> readBody(bytes, body, Expected.NOTHING);
            case CHUNK -> readBody(bytes, body, Expected.CHUNK_END);
            default -> {
                if (line.read(bytes, hasStatus ? Integer.MAX_VALUE : HEAD_LIMIT)) {
                    follow(line.take());
                } else if (expected == Expected.STATUS_LINE && line.length >= VERSION.length()) {
                    checkVersion(line.beginning(VERSION.length()));
                }
            }
        }
    }

    private void readBody(ByteBuffer bytes, Optional<BodyExpectation> body, Expected next) {
        int count = (int) Math.min(bodyLeft, bytes.remaining());
        take(bytes, count, body);
        bodyLeft -= count;
        if (bodyLeft == 0) {
            expected = next;
        }
    }

    private static void take(ByteBuffer bytes, int count, Optional<BodyExpectation> body) {
        if (body.isPresent()) {
            body.get().add(bytes, count);
        } else {
            bytes.position(bytes.position() + count);
        }
    }

    private void follow(String text) throws MalformedResponse {
        switch (expected) {
            case STATUS_LINE -> readStatus(text);
            case HEADER -> readHeader(text);
            case CHUNK_SIZE -> readChunkSize(text);
            case CHUNK_END -> {
                if (!text.isEmpty()) {
                    throw new MalformedResponse("a chunk is longer than its size says");
                }
                expected = Expected.CHUNK_SIZE;
            }
            case TRAILER -> expected = text.isEmpty() ? Expected.NOTHING : Expected.TRAILER;
            default -> throw new AssertionError(expected);
        }
    }

    private static void checkVersion(String begun) throws MalformedResponse {
        String beginning = begun.substring(0, Math.min(begun.length(), VERSION.length()));
        if (!beginning.equals(VERSION)) {
            throw new MalformedResponse("no HTTP/1 response, it begins with '" + shown(beginning) + "'");
        }
    }

    private static String shown(String text) {
        StringBuilder printable = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
            char c = text.charAt(i);
            printable.append(c < 0x20 || c > 0x7e ? '.' : c);
        }
        return text.length() <= SHOWN
                ? printable.toString()
                : printable.append('…').toString();
    }

    private void readStatus(String text) throws MalformedResponse {
        checkVersion(text);
        boolean isWellFormed = text.length() >= VERSION.length() + 5
                && text.charAt(VERSION.length() + 1) == ' '
                && (text.length() == VERSION.length() + 5 || text.charAt(VERSION.length() + 5) == ' ');
        status = isWellFormed ? statusCode(text, VERSION.length() + 2) : -1;
        if (status < 100) {
            throw new MalformedResponse("malformed status line '" + shown(text) + "'");
        }
        expected = Expected.HEADER;
    }

    private static int statusCode(String text, int from) {
        int code = 0;
        for (int i = from; i < from + 3; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            code = 10 * code + digit - '0';
        }
        return code;
    }

    private void readHeader(String text) throws MalformedResponse {
        if (text.isEmpty()) {
            endHead();
            return;
        }
        if (text.charAt(0) == ' ' || text.charAt(0) == '\t') {
            return; // the folded rest of a header that matters to nobody
        }
        int colon = text.indexOf(':');
        if (colon <= 0) {
            throw new MalformedResponse("malformed header line '" + shown(text) + "'");
        }
        String name = text.substring(0, colon).toLowerCase(Locale.ROOT);
        if (name.equals("content-length")) {
            readContentLength(text.substring(colon + 1).trim());
        } else if (name.equals("transfer-encoding")) {
            String codings = text.substring(colon + 1).trim().toLowerCase(Locale.ROOT);
            String last = codings.substring(codings.lastIndexOf(',') + 1).trim();
            isChunked = last.equals("chunked");
            hasOtherCoding = !isChunked;
        }
    }

    private void readContentLength(String written) throws MalformedResponse {
        long length = number(written, 10);
        if (length < 0 || (contentLength >= 0 && contentLength != length)) {
            throw new MalformedResponse("malformed content-length '" + shown(written) + "'");
        }
        contentLength = length;
    }

    /** Up to 15 digits, or -1. */
    private static long number(String digits, int radix) {
        if (digits.isEmpty() || digits.length() > 15) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), radix);
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }

    private void endHead() {
        if (status < 200 && status != 101) {
            expected = Expected.STATUS_LINE;
            contentLength = -1;
            isChunked = false;
            hasOtherCoding = false;
            return;
        }
        hasStatus = true;
        if (isHead || status == 101 || status == 204 || status == 304) {
            expected = Expected.NOTHING;
        } else if (isChunked) {
            expected = Expected.CHUNK_SIZE;
        } else if (hasOtherCoding || contentLength < 0) {
            expected = Expected.BODY_UNTIL_CLOSE;
        } else {
            bodyLeft = contentLength;
            expected = contentLength == 0 ? Expected.NOTHING : Expected.SIZED_BODY;
        }
    }

    private void readChunkSize(String text) throws MalformedResponse {
        int end = text.indexOf(';');
        bodyLeft = number((end < 0 ? text : text.substring(0, end)).trim(), 16);
        if (bodyLeft < 0) {
            throw new MalformedResponse("malformed chunk size '" + shown(text) + "'");
        }
        expected = bodyLeft == 0 ? Expected.TRAILER : Expected.CHUNK;
    }

    /** Collects one line at a time. */
    private static final class Line {
        private byte[] bytes = new byte[256];
        private int length;
        private int total;

        /** Whether the line is complete now. */
        boolean read(ByteBuffer from, int totalLimit) throws MalformedResponse {
            while (from.hasRemaining()) {
                byte next = from.get();
                if (next == '\n') {
                    return true;
                }
                if (length == LINE_LIMIT) {
                    throw new MalformedResponse("response line of more than " + LINE_LIMIT + " bytes");
                }
                if (++total > totalLimit) {
                    throw new MalformedResponse("response head of more than " + totalLimit + " bytes");
                }
                if (length == bytes.length) {
                    bytes = Arrays.copyOf(bytes, 2 * length);
                }
                bytes[length++] = next;
            }
            return false;
        }

        String beginning(int count) {
            return new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
        }

        String take() {
            boolean endsInReturn = length > 0 && bytes[length - 1] == '\r';
            String text = beginning(endsInReturn ? length - 1 : length);
            length = 0;
            return text;
        }
    }
}
