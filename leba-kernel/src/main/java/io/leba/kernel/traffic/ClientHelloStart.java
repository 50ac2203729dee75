package io.leba.kernel.traffic;

import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Detector;
import io.netty.buffer.ByteBuf;

/** Recognises TLS by the beginning of its first record: a handshake of TLS 1.x in which the client says hello (RFC 8446 §5.1). */
@OnLoop
final class ClientHelloStart {
    private static final int MOST_RECORD = 1 << 14;
    private static final int NEEDED = 6;

    private ClientHelloStart() {}

    static Detector.Detection detect(ByteBuf bytes) {
        int from = bytes.readerIndex();
        int readable = bytes.readableBytes();
        if (readable > 0 && bytes.getByte(from) != 22
                || readable > 1 && bytes.getByte(from + 1) != 3
                || readable > 2 && bytes.getUnsignedByte(from + 2) > 4) {
            return Detector.Detection.NO;
        }
        if (readable < NEEDED) {
            return Detector.Detection.MORE;
        }
        int length = bytes.getUnsignedShort(from + 3);
        boolean isHello = length >= 1 && length <= MOST_RECORD && bytes.getByte(from + 5) == 1;
        return isHello ? Detector.Detection.YES : Detector.Detection.NO;
    }
}
