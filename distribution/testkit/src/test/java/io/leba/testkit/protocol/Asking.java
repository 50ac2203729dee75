package io.leba.testkit.protocol;

import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.Tried;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** The least protocol: each read from a client is one request, each read from a backend its whole response. */
final class Asking implements Protocol {
    private final TestGroup group;
    private final ConnectionPool.Opener<Side> opener = (channel, backend, loop) -> {
        Side side = new Side(channel, backend);
        channel.pipeline().addLast(side);
        return side;
    };

    Asking(TestGroup group) {
        this.group = group;
    }

    @Override
    public RouteTable compile(FrontendPlan plan) {
        return new RouteTable() {};
    }

    @Override
    public void accept(ClientConnection client) {
        Loop.Deadline deadline = client.loop().deadline(() -> client.channel().close());
        client.channel().closeFuture().addListener(closed -> deadline.close());
        deadline.arm(1000);
        client.onDrain(() -> client.channel().close());
        client.channel().pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                new Asked(client, (ByteBuf) message).begin();
            }
        });
    }

    private final class Asked implements ConnectionPool.OnConnect<Side> {
        private final ClientConnection client;
        private final ByteBuf request;
        private final FrontendView view;
        private final Tried tried = new Tried();
        private final int size;
        private Backend backend;

        Asked(ClientConnection client, ByteBuf request) {
            this.client = client;
            this.request = request;
            this.size = request.readableBytes();
            this.view = client.enter();
        }

        void begin() {
            backend = group.pick(client.loop(), key -> 7, tried);
            if (backend == null) {
                request.release();
                end(Outcome.UNAVAILABLE, 0);
                return;
            }
            Side kept = client.loop().pool().poll(backend, opener);
            if (kept != null) {
                connected(kept);
            } else {
                client.loop().pool().connect(group, backend, opener, this);
            }
        }

        @Override
        public void connected(Side side) {
            side.asked = this;
            side.channel.writeAndFlush(request);
        }

        @Override
        public void failed(Throwable cause, boolean isTimeout) {
            group.finish(client.loop(), backend, Outcome.CONNECT_FAILED, -1);
            begin();
        }

        void answered(ByteBuf response, Side side) {
            int count = response.readableBytes();
            client.channel().writeAndFlush(response);
            side.asked = null;
            client.loop().pool().release(side);
            group.finish(client.loop(), backend, Outcome.SUCCESS, 1);
            end(Outcome.SUCCESS, count);
        }

        private void end(Outcome outcome, int sent) {
            view.exit(client.loop(), outcome, size, sent);
            if (client.isDraining() || outcome != Outcome.SUCCESS) {
                client.channel().close();
            }
        }
    }

    private static final class Side extends ChannelInboundHandlerAdapter implements BackendConnection {
        private final Channel channel;
        private final Backend backend;
        private Asked asked;

        Side(Channel channel, Backend backend) {
            this.channel = channel;
            this.backend = backend;
        }

        @Override
        public Channel channel() {
            return channel;
        }

        @Override
        public Backend backend() {
            return backend;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            asked.answered((ByteBuf) message, this);
        }
    }
}
