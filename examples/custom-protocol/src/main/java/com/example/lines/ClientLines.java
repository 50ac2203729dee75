package com.example.lines;

import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.Outcome;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** A client's connection: one exchange at a time, further lines wait and then reading pauses. On its loop. */
final class ClientLines extends LineReader {
    private static final int MOST_WAITING = 16;

    private final Lines lines;
    private final ClientConnection client;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private Exchange current;

    ClientLines(Lines lines, ClientConnection client) {
        super(lines.maxLine());
        this.lines = lines;
        this.client = client;
        client.onDrain(() -> {
            if (current == null) {
                client.channel().close();
            }
        });
    }

    @Override
    void line(byte[] line) {
        waiting.add(line);
        next();
        client.channel().config().setAutoRead(waiting.size() < MOST_WAITING);
    }

    @Override
    void tooLong() {
        client.channel().close();
    }

    private void next() {
        if (current == null && !waiting.isEmpty()) {
            current = new Exchange(lines, client, waiting.remove(), this::answer);
            current.begin();
        }
    }

    private void answer(byte[] answer) {
        current = null;
        var written = client.channel().writeAndFlush(withEnd(answer));
        if (client.isDraining()) {
            written.addListener(ChannelFutureListener.CLOSE);
            return;
        }
        client.channel().config().setAutoRead(true);
        // Not at once: a backend that always answers immediately would make the stack grow with each waiting line.
        client.loop().eventLoop().execute(this::next);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.clear();
        if (current != null) {
            current.abort(Outcome.CLIENT_ABORTED);
            current = null;
        }
    }

    /** What a client reads when LEBA answers itself. */
    static byte[] error(String why) {
        return ("error: " + why).getBytes(StandardCharsets.US_ASCII);
    }
}
