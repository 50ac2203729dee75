package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.h2.frame.FrameReader;
import io.leba.plugin.protocol.http.h2.frame.FrameType;

/** What the peer has set (RFC 9113 §6.5.2). What it allows beyond what every peer does is mostly not made use of. */
final class PeerSettings {
    static final int HEADER_TABLE_SIZE = 1;
    static final int ENABLE_PUSH = 2;
    static final int MAX_CONCURRENT_STREAMS = 3;
    static final int INITIAL_WINDOW_SIZE = 4;
    static final int MAX_FRAME_SIZE = 5;
    static final int MAX_HEADER_LIST_SIZE = 6;
    static final int ENABLE_CONNECT_PROTOCOL = 8;
    static final int NO_RFC7540_PRIORITIES = 9;
    private static final int ENTRY = 6;
    private static final int LARGEST_FRAME = 0xffffff;

    long headerTableSize = 4096;
    long maxStreams = Long.MAX_VALUE;
    long initialWindow = Http2Limits.FIRST_WINDOW;

    /** Takes the entries of a frame, the last of each kind; null, or what is wrong. */
    Fault take(byte[] a, int from, int to, boolean isFromServer) {
        for (int i = from; i < to; i += ENTRY) {
            int id = (a[i] & 0xff) << 8 | a[i + 1] & 0xff;
            long value = FrameReader.number(a, i + 2) & 0xffffffffL;
            switch (id) {
                case HEADER_TABLE_SIZE -> headerTableSize = value;
                case ENABLE_PUSH -> {
                    if (value > 1 || isFromServer && value == 1) {
                        return Fault.BAD_SETTING;
                    }
                }
                case MAX_CONCURRENT_STREAMS -> maxStreams = value;
                case INITIAL_WINDOW_SIZE -> {
                    if (value > Integer.MAX_VALUE) {
                        return Fault.BAD_WINDOW_SETTING;
                    }
                    initialWindow = value;
                }
                case MAX_FRAME_SIZE -> {
                    if (value < FrameType.LARGEST || value > LARGEST_FRAME) {
                        return Fault.BAD_SETTING;
                    }
                }
                case ENABLE_CONNECT_PROTOCOL, NO_RFC7540_PRIORITIES -> {
                    if (value > 1) {
                        return Fault.BAD_SETTING;
                    }
                }
                default -> {}
            }
        }
        return null;
    }

    /** Whether a frame of that size can be one. */
    static boolean isSize(int length) {
        return length % ENTRY == 0;
    }
}
