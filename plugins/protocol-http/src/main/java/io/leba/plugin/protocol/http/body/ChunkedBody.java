package io.leba.plugin.protocol.http.body;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.ByteClass;
import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * Verifies a chunked body as it passes (RFC 9112 §7.1) and writes it anew, in place, in the one canonical form: a size line
 * is plain hexadecimal without extensions, and it goes on only when it has come whole. So no byte of framing reaches a peer
 * that LEBA has not understood, and data is not copied unless something in front of it shrank.
 *
 * <p>A size line belongs with the CRLF that ends the data before it: one unit, verified as a whole. A unit that is cut by
 * the end of a buffer is held back and put in front of the next one, in {@link #PREFIX} bytes of headroom.
 *
 * <p>One message at a time, on its loop.
 */
public final class ChunkedBody {
    /** {@link #feed}: more is to come. */
    public static final int MORE = 0;
    /** {@link #feed}: the body is complete; {@link #consumed()} says where. */
    public static final int DONE = 1;
    /** {@link #feed}: {@link #error()} says why. */
    public static final int BAD = -1;
    /** How many bytes of headroom in front of what is fed may be written to. */
    public static final int PREFIX = 24;

    private static final int MOST_DIGITS = 15;
    private static final int MOST_ZEROS = 16;
    private static final int LONGEST_EXTENSION = 256;
    private static final int MOST_EXTENSION_BYTES = 16 << 10;
    private static final byte[] CRLF = {'\r', '\n'};

    /** What of a body goes on. */
    public enum Form {
        /** Chunks, and the trailers that may. */
        WHOLE,
        /** Chunks without any trailer. */
        WITHOUT_TRAILERS,
        /** The data alone, without any framing. */
        DATA,
        /** The data without framing; the trailers that may go on are kept apart, {@link #trailers()}. */
        DATA_AND_TRAILERS;

        /** Whether the chunks' framing goes on. */
        public boolean keepsChunks() {
            return this == WHOLE || this == WITHOUT_TRAILERS;
        }
    }

    private enum State {
        DATA_CR,
        DATA_LF,
        FIRST_DIGIT,
        DIGITS,
        EXTENSION,
        SIZE_LF,
        DATA,
        TRAILER,
        DONE
    }

    private final Trailers trailers = new Trailers();
    private State state = State.DONE;
    private boolean strips;
    private boolean isFirst;
    private boolean isIntact;
    private long size;
    private int digits;
    private int extension;
    private int extensions;
    private boolean isQuoted;
    private boolean isEscaped;
    private long received;
    private long limit;
    private int unitStart;
    private int outStart;
    private int outEnd;
    private int consumed;
    private Reason error;

    /** No message yet. */
    public ChunkedBody() {}

    /**
     * Begins a body.
     *
     * @param form what goes on
     * @param limit of data bytes
     */
    public void begin(Form form, long limit) {
        strips = !form.keepsChunks();
        this.limit = limit;
        state = State.FIRST_DIGIT;
        isFirst = true;
        received = 0;
        extensions = 0;
        error = null;
        trailers.begin(form == Form.WHOLE || form == Form.DATA_AND_TRAILERS);
        beginUnit(State.FIRST_DIGIT);
    }

    private void beginUnit(State first) {
        state = first;
        isIntact = true;
        size = 0;
        digits = 0;
        extension = 0;
        isQuoted = false;
        isEscaped = false;
    }

    /** Whether the body is complete. */
    public boolean isDone() {
        return state == State.DONE;
    }

    /** Whether the next buffer needs {@link #PREFIX} writable bytes in front. */
    public boolean needsPrefix() {
        return state != State.DATA && state != State.DONE;
    }

    /** Where in the buffer what goes on starts. */
    public int outStart() {
        return outStart;
    }

    /** Where it ends. */
    public int outEnd() {
        return outEnd;
    }

    /** Where in the buffer the next message starts. */
    public int consumed() {
        return consumed;
    }

    /** What is wrong. */
    public Reason error() {
        return error;
    }

    /** Data bytes so far. */
    public long received() {
        return received;
    }

    /** What has to be sent behind the output when the body is done, because it does not fit in place; null: nothing. */
    public Bytes tail() {
        return state == State.DONE && !strips ? trailers.output() : null;
    }

    /** The trailers of a complete body that goes on without framing, lines with an empty one behind them; null: none. */
    public Bytes trailers() {
        return state == State.DONE && strips ? trailers.output() : null;
    }

    /** Takes the bytes from {@code from} to {@code to} of the buffer and leaves what goes on in its place. */
    public int feed(ByteBuf buf, int from, int to) {
        int i = from;
        outStart = from;
        outEnd = from;
        unitStart = from;
        boolean isAtUnitStart = state == State.DATA_CR || state == State.FIRST_DIGIT && isFirst;
        if (!isAtUnitStart) {
            isIntact = false;
        }
        while (i < to) {
            if (state == State.DATA) {
                int count = (int) Math.min(to - i, size);
                moveOut(buf, i, count);
                size -= count;
                i += count;
                if (size == 0) {
                    isFirst = false;
                    beginUnit(State.DATA_CR);
                    unitStart = i;
                }
            } else if (state == State.TRAILER) {
                int next = trailers.feed(buf, i, to);
                if (next < 0) {
                    return fail(Reason.BAD_TRAILER);
                }
                i = next;
                if (trailers.isDone()) {
                    return finish(buf, i);
                }
            } else {
                Reason reason = step(buf, buf.getByte(i), i + 1);
                if (reason != null) {
                    return fail(reason);
                }
                i++;
            }
        }
        consumed = to;
        return MORE;
    }

    private int fail(Reason reason) {
        error = reason;
        return BAD;
    }

    private void moveOut(ByteBuf buf, int from, int count) {
        if (outEnd != from) {
            buf.setBytes(outEnd, buf, from, count);
        }
        outEnd += count;
    }

    private Reason step(ByteBuf buf, byte c, int next) {
        switch (state) {
            case DATA_CR:
                state = State.DATA_LF;
                return c == '\r' ? null : Reason.BAD_CHUNK;
            case DATA_LF:
                state = State.FIRST_DIGIT;
                return c == '\n' ? null : Reason.BAD_CHUNK;
            case FIRST_DIGIT:
            case DIGITS:
                return sizeByte(c);
            case EXTENSION:
                return extensionByte(c);
            case SIZE_LF:
                return c == '\n' ? endOfSize(buf, next) : Reason.BAD_CHUNK;
            default:
                throw new IllegalStateException(state.toString());
        }
    }

    private Reason sizeByte(byte c) {
        int value = ByteClass.hex(c);
        if (value >= 0) {
            if (c >= 'A' && c <= 'F') {
                isIntact = false;
            }
            if (digits > 0 && size == 0) {
                // A leading zero: it is left out.
                isIntact = false;
                extension++;
            } else {
                digits++;
            }
            size = size << 4 | value;
            state = State.DIGITS;
            return digits > MOST_DIGITS || extension > MOST_ZEROS ? Reason.BAD_CHUNK : null;
        }
        if (state == State.FIRST_DIGIT) {
            return Reason.BAD_CHUNK;
        }
        if (c == '\r') {
            state = State.SIZE_LF;
            return null;
        }
        if (c == ';') {
            state = State.EXTENSION;
            isIntact = false;
            return null;
        }
        return Reason.BAD_CHUNK;
    }

    private Reason extensionByte(byte c) {
        if (c == '\r') {
            state = State.SIZE_LF;
            // A line end within quotes ends the line for some, and is a part of the extension for others.
            return isQuoted ? Reason.BAD_CHUNK : null;
        }
        isQuoted ^= c == '"' && !isEscaped;
        isEscaped = c == '\\' && isQuoted && !isEscaped;
        extension++;
        extensions++;
        boolean isBad = c >= 0 && c < ' ' && c != '\t'
                || c == 0x7f
                || extension > LONGEST_EXTENSION
                || extensions > MOST_EXTENSION_BYTES;
        return isBad ? Reason.BAD_CHUNK : null;
    }

    /** The size line has come whole: it goes on, unless it is the last one, which waits for the trailers. */
    private Reason endOfSize(ByteBuf buf, int next) {
        if (size == 0) {
            state = State.TRAILER;
            return null;
        }
        received += size;
        if (received > limit || received < 0) {
            return Reason.BODY_TOO_LARGE;
        }
        state = State.DATA;
        if (!strips) {
            if (isIntact) {
                moveOut(buf, unitStart, next - unitStart);
            } else {
                writeUnit(buf, next);
            }
        }
        return null;
    }

    /** Writes the unit in its canonical form, which ends at most at {@code next}. */
    private void writeUnit(ByteBuf buf, int next) {
        int hexDigits = Math.max(1, (67 - Long.numberOfLeadingZeros(size)) >> 2);
        int count = (isFirst ? 0 : 2) + hexDigits + 2;
        makeRoom(count, next);
        if (!isFirst) {
            outEnd = put(buf, CRLF);
        }
        for (int shift = (hexDigits - 1) * 4; shift >= 0; shift -= 4) {
            buf.setByte(outEnd++, "0123456789abcdef".charAt((int) (size >>> shift) & 0xf));
        }
        outEnd = put(buf, CRLF);
    }

    /** Only a unit that began in an earlier buffer can be longer than its bytes in this one; then nothing precedes it. */
    private void makeRoom(int count, int next) {
        int missing = outEnd + count - next;
        if (missing > 0) {
            outStart -= missing;
            outEnd -= missing;
        }
    }

    private int put(ByteBuf buf, byte[] bytes) {
        buf.setBytes(outEnd, bytes);
        return outEnd + bytes.length;
    }

    private int finish(ByteBuf buf, int next) {
        consumed = next;
        state = State.DONE;
        if (strips) {
            return DONE;
        }
        Bytes lines = trailers.output();
        int count = (isFirst ? 0 : 2) + 3 + (lines == null ? 2 : 0);
        makeRoom(count, next);
        if (!isFirst) {
            outEnd = put(buf, CRLF);
        }
        buf.setByte(outEnd++, '0');
        outEnd = put(buf, CRLF);
        if (lines == null) {
            outEnd = put(buf, CRLF);
        }
        return DONE;
    }
}
