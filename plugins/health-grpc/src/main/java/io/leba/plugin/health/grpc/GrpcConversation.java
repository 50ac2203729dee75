package io.leba.plugin.health.grpc;

import io.leba.spi.health.Conversation;
import io.leba.spi.health.ProbeResult;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** One call on one connection of HTTP/2. What comes is read frame by frame, and only as much as a health answer can be. */
final class GrpcConversation implements Conversation {
    /** What a peer may send in a frame as long as nobody allows it more (RFC 9113 §6.5.2). */
    private static final int LONGEST_FRAME = 16_384;

    private static final int MOST_RECEIVED = 1 << 16;
    private static final int OWN_STREAM = 1;

    private final ByteBuffer question;
    private final HealthAnswer answer;
    private final byte[] head = new byte[Frames.HEAD];
    private byte[] payload = new byte[256];
    private int headRead;
    private int payloadRead;
    private int received;
    private boolean isGreeted;
    private boolean isBlockOpen;
    private boolean endsStream;
    private ByteArrayOutputStream block;

    GrpcConversation(ByteBuffer question, HealthAnswer answer) {
        this.question = question;
        this.answer = answer;
    }

    @Override
    public Step opened() {
        return Step.send(question);
    }

    @Override
    public Step received(ByteBuffer bytes) {
        ByteArrayOutputStream replies = new ByteArrayOutputStream();
        Optional<ProbeResult> verdict = Optional.empty();
        try {
            while (verdict.isEmpty() && bytes.hasRemaining()) {
                if (read(bytes)) {
                    verdict = frame(replies);
                    headRead = 0;
                    payloadRead = 0;
                }
            }
        } catch (MalformedAnswer e) {
            verdict = Optional.of(ProbeResult.down(e.getMessage()));
        }
        return new Step(
                replies.size() == 0 ? Optional.empty() : Optional.of(ByteBuffer.wrap(replies.toByteArray())), verdict);
    }

    @Override
    public ProbeResult closed() {
        return ProbeResult.down(
                received == 0
                        ? "closed without an answer"
                        : isGreeted ? "closed in the middle of the answer" : strange());
    }

    /** Whether a frame is complete now. */
    private boolean read(ByteBuffer bytes) throws MalformedAnswer {
        while (headRead < Frames.HEAD && bytes.hasRemaining()) {
            head[headRead++] = bytes.get();
            count(1);
            if (headRead == Frames.HEAD && !isGreeted) {
                greet();
            }
        }
        if (headRead < Frames.HEAD) {
            return false;
        }
        if (length() > LONGEST_FRAME) {
            throw new MalformedAnswer("frame of " + length() + " bytes, at most " + LONGEST_FRAME + " are allowed");
        }
        int part = Math.min(length() - payloadRead, bytes.remaining());
        count(part);
        if (payloadRead + part > payload.length) {
            payload = Arrays.copyOf(payload, length());
        }
        bytes.get(payload, payloadRead, part);
        payloadRead += part;
        return payloadRead == length();
    }

    private void count(int bytes) throws MalformedAnswer {
        received += bytes;
        if (received > MOST_RECEIVED) {
            throw new MalformedAnswer("answer of more than " + MOST_RECEIVED + " bytes");
        }
    }

    /** The first frame says whether the peer speaks HTTP/2 at all. */
    private void greet() throws MalformedAnswer {
        isGreeted = true;
        if (type() == Frames.SETTINGS && (flags() & Frames.ACK) == 0 && stream() == 0 && length() <= LONGEST_FRAME) {
            return;
        }
        throw new MalformedAnswer(strange());
    }

    /** What the peer speaks instead. */
    private String strange() {
        String text = new String(head, 0, headRead, StandardCharsets.ISO_8859_1);
        if (text.startsWith("HTTP/1.")) {
            return "answers in HTTP/1, not in HTTP/2, which gRPC needs";
        }
        if (text.startsWith("\25\3")) {
            return "answers in TLS; the group's protocol has to be one inside TLS";
        }
        return "no HTTP/2, it begins with '" + HealthAnswer.shown(text) + "'";
    }

    private int length() {
        return (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff;
    }

    private int type() {
        return head[3] & 0xff;
    }

    private int flags() {
        return head[4] & 0xff;
    }

    private boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    private int stream() {
        return number(head, 5) & Integer.MAX_VALUE;
    }

    private static int number(byte[] bytes, int from) {
        return ByteBuffer.wrap(bytes).getInt(from);
    }

    private Optional<ProbeResult> frame(ByteArrayOutputStream replies) throws MalformedAnswer {
        if (isBlockOpen && type() != Frames.CONTINUATION) {
            throw new MalformedAnswer("malformed answer: a header block is interrupted");
        }
        switch (type()) {
            case Frames.SETTINGS -> reply(replies, new byte[0]);
            case Frames.PING -> reply(replies, Arrays.copyOf(payload, length()));
            case Frames.GOAWAY -> goAway();
            case Frames.RST_STREAM -> require(stream() != OWN_STREAM, "stream reset (" + code(0) + ")");
            case Frames.PUSH_PROMISE -> throw new MalformedAnswer("malformed answer: a push that nobody allowed");
            case Frames.HEADERS -> {
                return headers();
            }
            case Frames.CONTINUATION -> {
                require(isBlockOpen, "malformed answer: a continuation of nothing");
                return fields(0, length());
            }
            case Frames.DATA -> {
                return data();
            }
            default -> {} // Windows are large enough for any answer, and what is unknown is ignored (RFC 9113 §5.5).
        }
        return Optional.empty();
    }

    private static void require(boolean isSo, String otherwise) throws MalformedAnswer {
        if (!isSo) {
            throw new MalformedAnswer(otherwise);
        }
    }

    private void reply(ByteArrayOutputStream replies, byte[] same) {
        if (!has(Frames.ACK)) {
            replies.writeBytes(Frames.frame(type(), Frames.ACK, 0, same));
        }
    }

    private String code(int at) throws MalformedAnswer {
        require(length() >= at + 4, "malformed answer: a frame is too short");
        return Frames.error(number(payload, at));
    }

    private void goAway() throws MalformedAnswer {
        String code = code(4);
        boolean isServed = (number(payload, 0) & Integer.MAX_VALUE) >= OWN_STREAM && number(payload, 4) == 0;
        String more = new String(payload, 8, Math.max(0, length() - 8), StandardCharsets.ISO_8859_1);
        require(isServed, "goes away (" + code + (more.isEmpty() ? "" : ", " + HealthAnswer.shown(more)) + ")");
    }

    /** The start of what padding leaves of the payload, and its end, packed. */
    private long unpadded() throws MalformedAnswer {
        int from = has(Frames.PADDED) ? 1 : 0;
        require(length() >= from, "malformed answer: a frame is too short");
        int to = length() - (from == 1 ? payload[0] & 0xff : 0);
        require(to >= from, "malformed answer: more padding than there is room");
        return (long) from << 32 | to;
    }

    private Optional<ProbeResult> headers() throws MalformedAnswer {
        require(stream() == OWN_STREAM, "malformed answer: fields on a stream that nobody opened");
        long range = unpadded();
        int from = (int) (range >> 32) + (has(Frames.PRIORITY) ? 5 : 0);
        require(from <= (int) range, "malformed answer: a frame is too short");
        isBlockOpen = true;
        endsStream = has(Frames.END_STREAM);
        block = new ByteArrayOutputStream();
        return fields(from, (int) range);
    }

    private Optional<ProbeResult> fields(int from, int to) throws MalformedAnswer {
        block.write(payload, from, to - from);
        if (!has(Frames.END_HEADERS)) {
            return Optional.empty();
        }
        isBlockOpen = false;
        return answer.fields(block.toByteArray(), endsStream);
    }

    private Optional<ProbeResult> data() throws MalformedAnswer {
        require(stream() == OWN_STREAM, "malformed answer: data on a stream that nobody opened");
        long range = unpadded();
        return answer.data(payload, (int) (range >> 32), (int) range, has(Frames.END_STREAM));
    }
}
