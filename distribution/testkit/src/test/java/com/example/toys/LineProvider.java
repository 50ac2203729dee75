package com.example.toys;

import io.leba.spi.Scope;
import io.leba.spi.balance.Backend;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Group;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.ProtocolProvider;
import io.leba.spi.protocol.Tried;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicReference;

/** A line from the client, a line from a backend; a connection to it is made for each. It can be told to do one thing wrong. */
final class LineProvider implements ProtocolProvider<LineProvider.Config> {
    @Doc("Lines.")
    record Config(
            @Doc("Put before each answer.") @Default("\"\"") String prefix,
            @Doc("What is done wrong.") @Default("none") Flaw flaw) {}

    enum Flaw {
        NONE,
        /** What was read at once is a line. */
        TAKES_PIECES,
        /** Everybody gets the first answer that came. */
        REPEATS_ITSELF,
        /** A backend's exchange never ends. */
        NEVER_FINISHES,
        /** Whatever happens is the backend's fault. */
        BLAMES_BACKEND,
        /** A backend that cannot be reached goes unnoticed. */
        IGNORES_REFUSAL,
        /** A backend that closes in mid-exchange has done well. */
        HIDES_DEATH,
        /** A client that goes away leaves its exchange behind. */
        FORGETS_CLIENT
    }

    @Override
    public String type() {
        return "line";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Protocol create(Config config, Scope scope) {
        return new Line(config);
    }

    private static final class Line implements Protocol {
        private final String prefix;
        private final Flaw flaw;
        private final AtomicReference<String> first = new AtomicReference<>();
        private final ConnectionPool.Opener<Answering> opener = (channel, backend, loop) -> {
            Answering answering = new Answering(channel, backend);
            channel.pipeline().addLast(answering);
            return answering;
        };

        Line(Config config) {
            this.prefix = config.prefix();
            this.flaw = config.flaw();
        }

        boolean does(Flaw wrong) {
            return flaw == wrong;
        }

        String answer(String text) {
            return does(Flaw.REPEATS_ITSELF) && !first.compareAndSet(null, text) ? first.get() : text;
        }

        record Table(FrontendPlan plan) implements RouteTable {}

        @Override
        public RouteTable compile(FrontendPlan plan) {
            return new Table(plan);
        }

        @Override
        public void accept(ClientConnection client) {
            client.channel().pipeline().addLast(new Asking(this, client));
        }
    }

    /** Cuts what is read into lines. */
    private abstract static class Lines extends ChannelInboundHandlerAdapter {
        private final StringBuilder read = new StringBuilder();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            read.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
            for (int end = end(read); end >= 0; end = end(read)) {
                String line = read.substring(0, end);
                read.delete(0, end + 1);
                line(line);
            }
        }

        int end(StringBuilder bytes) {
            return bytes.indexOf("\n");
        }

        abstract void line(String line);

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private static final class Asking extends Lines {
        private final Line line;
        private final ClientConnection client;
        private final Deque<String> waiting = new ArrayDeque<>();
        private Exchange current;

        Asking(Line line, ClientConnection client) {
            this.line = line;
            this.client = client;
            client.onDrain(() -> {
                if (current == null) {
                    client.channel().close();
                }
            });
        }

        @Override
        int end(StringBuilder bytes) {
            return line.does(Flaw.TAKES_PIECES) ? bytes.length() - 1 : super.end(bytes);
        }

        @Override
        void line(String text) {
            waiting.add(text);
            next();
        }

        private void next() {
            if (current == null && !waiting.isEmpty()) {
                current = new Exchange(this, waiting.remove());
                current.begin();
            }
        }

        void answered(String text) {
            current = null;
            client.channel().writeAndFlush(text(line.prefix + line.answer(text)));
            if (client.isDraining()) {
                client.channel().close();
            } else {
                next();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (current != null && !line.does(Flaw.FORGETS_CLIENT)) {
                current.end(Outcome.CLIENT_ABORTED);
            }
        }
    }

    private static ByteBuf text(String line) {
        return Unpooled.copiedBuffer(line + "\n", StandardCharsets.ISO_8859_1);
    }

    private static final class Exchange implements ConnectionPool.OnConnect<Answering> {
        private final Asking asking;
        private final String request;
        private final FrontendView view;
        private Group group;
        private Backend backend;
        private Answering connection;
        private boolean isOver;

        Exchange(Asking asking, String request) {
            this.asking = asking;
            this.request = request;
            this.view = asking.client.enter();
        }

        void begin() {
            group = ((Line.Table) view.table())
                    .plan()
                    .defaultGroup()
                    .orElseThrow()
                    .group();
            backend = group.pick(asking.client.loop(), key -> Group.ExchangeKeys.ABSENT, new Tried());
            if (backend == null) {
                end(Outcome.UNAVAILABLE);
                asking.answered("no backend");
                return;
            }
            asking.client.loop().pool().connect(group, backend, asking.line.opener, this);
        }

        @Override
        public void connected(Answering opened) {
            if (isOver) {
                opened.channel().close();
                return;
            }
            connection = opened;
            opened.exchange = this;
            opened.channel().writeAndFlush(text(request));
        }

        @Override
        public void failed(Throwable cause, boolean isTimeout) {
            if (!isOver && !asking.line.does(Flaw.IGNORES_REFUSAL)) {
                end(isTimeout ? Outcome.BACKEND_TIMEOUT : Outcome.CONNECT_FAILED);
                asking.answered("failed");
            }
        }

        void answered(String answer) {
            end(Outcome.SUCCESS);
            asking.answered(answer);
        }

        void lost() {
            if (!isOver) {
                end(asking.line.does(Flaw.HIDES_DEATH) ? Outcome.SUCCESS : Outcome.BACKEND_RESET);
                asking.answered("lost");
            }
        }

        void end(Outcome outcome) {
            isOver = true;
            if (backend != null && !asking.line.does(Flaw.NEVER_FINISHES)) {
                Outcome told = asking.line.does(Flaw.BLAMES_BACKEND) ? Outcome.BACKEND_ERROR : outcome;
                group.finish(asking.client.loop(), backend, told, -1);
            }
            view.exit(asking.client.loop(), outcome, 0, 0);
            if (connection != null) {
                connection.channel().close();
            }
        }
    }

    private static final class Answering extends Lines implements BackendConnection {
        private final Channel channel;
        private final Backend backend;
        private Exchange exchange;

        Answering(Channel channel, Backend backend) {
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
        void line(String answer) {
            exchange.answered(answer);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            exchange.lost();
        }
    }
}
