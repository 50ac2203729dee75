package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.body.WebSocketFrames;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What is left of an exchange whose client and backend have changed to another protocol: bytes in both directions, each as fast as
 * its receiver takes them. A side that ends its output has the other one told so, and may still receive.
 *
 * <p>A WebSocket's frames are followed, so that LEBA can put its own between two: a ping when a side has been silent, and a close
 * with status 1001, going away (RFC 6455 §7.4.1), when the frontend drains or both have been silent for too long.
 */
final class Tunnel {
    private static final long CLOSE_MILLIS = 2_000;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int MASKED = 0x80;
    private static final int GOING_AWAY = 1001;

    private final Exchange exchange;
    private final WebSocketFrames toBackend = new WebSocketFrames();
    private final WebSocketFrames toClient = new WebSocketFrames();
    private boolean isWebSocket;
    private boolean isClientEnded;
    private boolean isBackendEnded;
    private boolean isClosing;
    private boolean isClientTold;
    private boolean isBackendTold;
    private long clientNanos;
    private long backendNanos;

    Tunnel(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Both sides have changed. */
    void begin(boolean webSocket) {
        isWebSocket = webSocket;
        isClientEnded = false;
        isBackendEnded = false;
        isClosing = false;
        isClientTold = false;
        isBackendTold = false;
        toBackend.begin();
        toClient.begin();
        clientNanos = now();
        backendNanos = clientNanos;
        arm();
    }

    private long now() {
        return exchange.loop().loop.coarseNanos();
    }

    /** Whether more is wanted of the client. */
    boolean takesInput() {
        return !isClientEnded && (isBackendTold || exchange.delivery().stream().isWritable());
    }

    /** Bytes from the client, given away; perhaps its last ones. */
    void fromClient(ByteBuf piece, boolean isLast) {
        clientNanos = now();
        BackendStream backend = exchange.delivery().stream();
        if (piece.isReadable() && !isBackendEnded) {
            ByteBuf passed = follow(toBackend, piece, isBackendTold);
            if (passed != null) {
                backend.send(passed, false, null);
            }
            if (isClosing) {
                tellBackend();
            }
        } else {
            piece.release();
        }
        if (isClosing && toBackend.hasClosed()) {
            end(Reason.TUNNEL_DRAINED);
            return;
        }
        arm();
        if (isLast && !isClientEnded) {
            isClientEnded = true;
            if (isBackendEnded || !backend.endOutput()) {
                exchange.tunnelEnded("");
            }
        } else if (!backend.isWritable()) {
            exchange.client().pauseReading();
        }
    }

    /** Bytes from the backend, given away; perhaps its last ones. */
    void fromBackend(ByteBuf piece, boolean isLast) {
        backendNanos = now();
        ClientStream client = exchange.client();
        if (piece.isReadable()) {
            ByteBuf passed = follow(toClient, piece, isClientTold);
            if (passed != null) {
                client.send(passed, false, null);
            }
            if (isClosing) {
                tellClient();
            }
        } else {
            piece.release();
        }
        arm();
        if (isLast && !isBackendEnded) {
            isBackendEnded = true;
            if (isClientEnded || !client.endOutput()) {
                exchange.tunnelEnded("");
            }
        } else if (!client.isWritable()) {
            exchange.delivery().stream().setReading(false);
        }
    }

    /**
     * Follows the frames in a piece and gives what of it goes on; null: nothing. While the tunnel is being closed that is the rest of
     * the frame under way, and nothing behind LEBA's own close frame.
     */
    private ByteBuf follow(WebSocketFrames frames, ByteBuf piece, boolean isTold) {
        if (!isWebSocket) {
            return piece;
        }
        int end = piece.writerIndex();
        if (isClosing && !isTold) {
            end = frames.takeFrame(piece);
            int start = piece.readerIndex();
            piece.readerIndex(end);
            frames.take(piece);
            return piece.setIndex(start, end);
        }
        frames.take(piece);
        if (isTold) {
            piece.release();
            return null;
        }
        return piece;
    }

    /** The frontend drains: a WebSocket is told so and ends; of another protocol LEBA does not know how to. */
    void drain() {
        if (isWebSocket && !isClosing) {
            close();
        }
    }

    private void close() {
        isClosing = true;
        exchange.client().arm(CLOSE_MILLIS);
        tellClient();
        tellBackend();
        exchange.client().resumeReading();
    }

    private void tellClient() {
        if (!isClientTold && !isBackendEnded && toClient.isAtBoundary()) {
            isClientTold = true;
            exchange.client().send(frame(4).writeByte(CLOSE).writeByte(2).writeShort(GOING_AWAY), false, null);
        }
    }

    private void tellBackend() {
        if (!isBackendTold && !isClientEnded && toBackend.isAtBoundary()) {
            isBackendTold = true;
            int mask = ThreadLocalRandom.current().nextInt();
            ByteBuf frame = frame(8).writeByte(CLOSE).writeByte(MASKED | 2).writeInt(mask);
            exchange.delivery().stream().send(frame.writeShort(GOING_AWAY ^ mask >>> 16), false, null);
        }
    }

    private ByteBuf frame(int size) {
        return exchange.loop().loop.allocator().directBuffer(size);
    }

    private Settings settings() {
        return exchange.engine().settings;
    }

    private boolean pings() {
        return isWebSocket && settings().pingMillis > 0;
    }

    private long limitMillis() {
        return isClientEnded || isBackendEnded ? settings().idleMillis : settings().tunnelIdleMillis;
    }

    private void arm() {
        if (!isClosing) {
            long limit = limitMillis();
            exchange.client().arm(pings() ? Math.min(limit, settings().pingMillis) : limit);
        }
    }

    /** Nothing has passed for a while. */
    void expired() {
        if (isClosing) {
            end(Reason.TUNNEL_DRAINED);
            return;
        }
        long clientSilence = silentMillis(clientNanos);
        long backendSilence = silentMillis(backendNanos);
        // Whoever is asked by pings must show life himself; else either side's bytes count for both.
        long silence = pings() ? Math.max(clientSilence, backendSilence) : Math.min(clientSilence, backendSilence);
        if (silence >= limitMillis()) {
            if (isWebSocket) {
                tellClient();
                tellBackend();
            }
            end(Reason.TUNNEL_IDLE);
            return;
        }
        if (pings()) {
            ping(clientSilence, backendSilence);
            exchange.client().arm(Math.max(1, Math.min(limitMillis() - silence, settings().pingMillis)));
        } else {
            exchange.client().arm(limitMillis() - silence);
        }
    }

    private long silentMillis(long since) {
        return TimeUnit.NANOSECONDS.toMillis(now() - since);
    }

    private void ping(long clientSilence, long backendSilence) {
        if (clientSilence >= settings().pingMillis && !isBackendEnded && toClient.isAtBoundary()) {
            exchange.client().send(frame(2).writeByte(PING).writeByte(0), false, null);
        }
        if (backendSilence >= settings().pingMillis && !isClientEnded && toBackend.isAtBoundary()) {
            int mask = ThreadLocalRandom.current().nextInt();
            ByteBuf frame = frame(6).writeByte(PING).writeByte(MASKED).writeInt(mask);
            exchange.delivery().stream().send(frame, false, null);
        }
    }

    private void end(Reason reason) {
        exchange.table().counts().refusal(exchange.loop().index, reason);
        exchange.tunnelEnded(reason.word());
    }
}
