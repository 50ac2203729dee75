package com.example.lines;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;

/** Cuts what is read into lines. All channels of a loop read into one buffer, so what is kept is copied. */
abstract class LineReader extends ChannelInboundHandlerAdapter {
    private final int maxLine;
    private byte[] begun = new byte[64];
    private int length;

    LineReader(int maxLine) {
        this.maxLine = maxLine;
    }

    /** A line came, without its end. */
    abstract void line(byte[] line);

    /** A line is longer than it may be. */
    abstract void tooLong();

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            while (bytes.isReadable() && context.channel().isOpen()) {
                int end = bytes.bytesBefore((byte) '\n');
                int more = end < 0 ? bytes.readableBytes() : end;
                if (length + more > maxLine) {
                    tooLong();
                    return;
                }
                keep(bytes, more);
                if (end >= 0) {
                    bytes.skipBytes(1);
                    byte[] line = Arrays.copyOf(begun, length);
                    length = 0;
                    line(line);
                }
            }
        } finally {
            bytes.release();
        }
    }

    private void keep(ByteBuf bytes, int count) {
        if (length + count > begun.length) {
            begun = Arrays.copyOf(begun, Math.max(length + count, begun.length * 2));
        }
        bytes.readBytes(begun, length, count);
        length += count;
    }

    static ByteBuf withEnd(byte[] line) {
        return Unpooled.wrappedBuffer(line, new byte[] {'\n'});
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // what is under way ends with channelInactive
    }
}
