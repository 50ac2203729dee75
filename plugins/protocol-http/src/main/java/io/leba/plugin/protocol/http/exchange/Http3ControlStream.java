package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.h3.ControlStreams;
import io.leba.plugin.protocol.http.h3.Http3Fault;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicStreamFrame;
import io.netty.util.ReferenceCountUtil;

/** A unidirectional stream that the client has opened. */
final class Http3ControlStream extends ChannelInboundHandlerAdapter {
    private final Http3Client connection;
    private final ControlStreams.Stream stream;

    Http3ControlStream(Http3Client connection, ControlStreams.Stream stream) {
        this.connection = connection;
        this.stream = stream;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            QuicStreamFrame frame = (QuicStreamFrame) message;
            tell(stream.receive(frame.content(), frame.hasFin()));
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void tell(Http3Fault fault) {
        if (fault != null) {
            connection.fault(fault);
        }
    }

    /** Its client has reset it. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        tell(stream.ended());
        context.close();
    }
}
