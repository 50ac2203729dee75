package io.leba.plugin.protocol.http.h3;

import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.HashSet;
import java.util.Set;

/**
 * The unidirectional streams that a client opens (RFC 9114 §6.2): one of control, one each of QPACK's encoder and decoder, and those of
 * types that are not known, which are not read. One connection's.
 */
public final class ControlStreams {
    private static final int CONTROL = 0;
    private static final int PUSH = 1;
    private static final int QPACK_ENCODER = 2;
    private static final int QPACK_DECODER = 3;
    private static final int LARGEST_PAYLOAD = 1024;
    private static final int MAX_FIELD_SECTION_SIZE = 6;
    /** Settings of HTTP/2 that must not be sent (RFC 9114 §7.2.4.1). */
    private static final Set<Long> RESERVED = Set.of(0L, 2L, 3L, 4L, 5L);

    private final boolean[] isOpen = new boolean[4];
    private final Useless useless;
    private long lastPush = -1;
    private long lastGoAway = Varint.MOST;

    /** Streams of which none is open; {@code useless} answers whether one more frame that moves nothing is fine. */
    public ControlStreams(Useless useless) {
        this.useless = useless;
    }

    /** Counts frames that move nothing. */
    @FunctionalInterface
    public interface Useless {
        /** One more; false if there have been too many. */
        boolean takes();
    }

    /** What LEBA's own control stream begins with. */
    public static void begin(Http3Limits limits, Bytes out) {
        Bytes settings = new Bytes(16);
        Varint.write(MAX_FIELD_SECTION_SIZE, settings);
        Varint.write(limits.sectionBytes(), settings);
        Varint.write(CONTROL, out);
        Varint.write(FrameType.SETTINGS, out);
        Varint.write(settings.length(), out);
        out.put(settings.array(), 0, settings.length());
    }

    /** The frame by which LEBA says that requests on streams from this one on are not served. */
    public static void goAway(long stream, Bytes out) {
        Bytes id = new Bytes(8);
        Varint.write(stream, id);
        Varint.write(FrameType.GOAWAY, out);
        Varint.write(id.length(), out);
        out.put(id.array(), 0, id.length());
    }

    /** One more stream. */
    public Stream open() {
        return new Stream();
    }

    /** A stream that the client has opened. */
    public final class Stream implements FrameReader.Sink {
        private final byte[] header = new byte[8];
        private final FrameReader frames = new FrameReader(this);
        private int headerBytes;
        private long type = -1;
        private boolean hasSettings;
        private boolean isInNumber;

        private Stream() {}

        /** Whether it has said what it is, and that is nothing that LEBA knows. */
        public boolean isUnknown() {
            return type > QPACK_DECODER;
        }

        /** Takes what has come; the buffer stays the caller's. Null, or why the connection cannot go on. */
        public Http3Fault receive(ByteBuf in, boolean isLast) {
            while (type < 0 && in.isReadable()) {
                header[headerBytes++] = in.readByte();
                if (headerBytes == Varint.length(header[0])) {
                    type = Varint.read(header, 0);
                    Http3Fault fault = begins();
                    if (fault != null) {
                        return fault;
                    }
                }
            }
            Http3Fault fault = in.isReadable() ? content(in) : null;
            return fault == null && isLast ? ended() : fault;
        }

        private Http3Fault begins() {
            if (isUnknown()) {
                return useless.takes() ? null : Http3Fault.USELESS_FRAMES;
            }
            if (type == PUSH || isOpen[(int) type]) {
                return Http3Fault.BAD_STREAM;
            }
            isOpen[(int) type] = true;
            return null;
        }

        private Http3Fault content(ByteBuf in) {
            if (type == CONTROL) {
                return frames.receive(in);
            }
            if (type == QPACK_ENCODER) {
                return encoder(in);
            }
            // LEBA's sections refer to no table: there is nothing to acknowledge, nor to cancel but streams that the
            // client gives up.
            return type == QPACK_DECODER ? decoder(in) : skip(in);
        }

        private Http3Fault skip(ByteBuf in) {
            in.skipBytes(in.readableBytes());
            return null;
        }

        /** The table has no room: all that can be said is that its capacity is 0 (RFC 9204 §4.3.1). */
        private Http3Fault encoder(ByteBuf in) {
            while (in.isReadable()) {
                if (in.readByte() != 0x20) {
                    return Http3Fault.BAD_ENCODER_STREAM;
                }
                if (!useless.takes()) {
                    return Http3Fault.USELESS_FRAMES;
                }
            }
            return null;
        }

        /** Stream Cancellation begins with 01 (RFC 9204 §4.4.2); the number behind it does not matter. */
        private Http3Fault decoder(ByteBuf in) {
            while (in.isReadable()) {
                byte b = in.readByte();
                if (isInNumber) {
                    isInNumber = b < 0;
                } else if ((b & 0xc0) == 0x40) {
                    isInNumber = (b & 0x3f) == 0x3f;
                    if (!useless.takes()) {
                        return Http3Fault.USELESS_FRAMES;
                    }
                } else {
                    return Http3Fault.BAD_DECODER_STREAM;
                }
            }
            return null;
        }

        /** It has ended, or was reset. */
        public Http3Fault ended() {
            return type >= 0 && !isUnknown() ? Http3Fault.CRITICAL_STREAM_CLOSED : null;
        }

        @Override
        public Http3Fault begins(long frame, long length) {
            if (!hasSettings && frame != FrameType.SETTINGS) {
                return Http3Fault.NO_SETTINGS;
            }
            if (frame == FrameType.DATA
                    || frame == FrameType.HEADERS
                    || frame == FrameType.PUSH_PROMISE
                    || hasSettings && frame == FrameType.SETTINGS) {
                return Http3Fault.UNEXPECTED_FRAME;
            }
            if (FrameType.isKnown(frame) && length > LARGEST_PAYLOAD) {
                return Http3Fault.BAD_FRAME;
            }
            return hasSettings && !useless.takes() ? Http3Fault.USELESS_FRAMES : null;
        }

        @Override
        public Http3Fault data(ByteBuf piece) {
            piece.release();
            return Http3Fault.UNEXPECTED_FRAME;
        }

        @Override
        public Http3Fault payload(long frame, byte[] a, int length) {
            if (frame == FrameType.SETTINGS) {
                hasSettings = true;
                return settings(a, length);
            }
            if (length == 0 || Varint.length(a[0]) != length) {
                return Http3Fault.BAD_FRAME;
            }
            long id = Varint.read(a, 0);
            if (frame == FrameType.MAX_PUSH_ID) {
                boolean isFine = id >= lastPush;
                lastPush = id;
                return isFine ? null : Http3Fault.BAD_ID;
            }
            if (frame == FrameType.GOAWAY) {
                boolean isFine = id <= lastGoAway;
                lastGoAway = id;
                return isFine ? null : Http3Fault.BAD_ID;
            }
            return Http3Fault.BAD_ID; // a push that was never promised is cancelled
        }

        private Http3Fault settings(byte[] a, int length) {
            Set<Long> seen = new HashSet<>();
            int at = 0;
            while (at < length) {
                int valueAt = at + Varint.length(a[at]);
                if (valueAt >= length || valueAt + Varint.length(a[valueAt]) > length) {
                    return Http3Fault.BAD_FRAME;
                }
                long id = Varint.read(a, at);
                if (RESERVED.contains(id) || !seen.add(id)) {
                    return Http3Fault.BAD_SETTING;
                }
                at = valueAt + Varint.length(a[valueAt]);
            }
            return null;
        }
    }
}
