package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.plugin.protocol.http.head.ResponseComposer;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A client's stream of a version that has no framing of its own in bodies, without a socket: a test gives it a request in
 * pieces, and it remembers what it is asked to send. On the loop.
 */
final class FakeClient implements ClientStream, ClientConnection, FrontendView {
    private final Engine engine;
    private final Loop loop;
    private final Protocol.RouteTable table;
    private final List<Piece> waiting = new ArrayList<>();
    final List<String> told = new ArrayList<>();
    Exchange exchange;
    boolean isWritable = true;
    long armedMillis = -1;
    Outcome outcome;

    private record Piece(String data, boolean isLast, String trailers) {}

    FakeClient(Engine engine, Loop loop, Protocol.RouteTable table) {
        this.engine = engine;
        this.loop = loop;
        this.table = table;
    }

    /** Gives a head. */
    void head(String text) {
        exchange = engine.state(loop).take().begin(this);
        exchange.intake().readHead(bytes(text), text.length());
    }

    /** Gives a piece of the body, when it is wanted. */
    void piece(String data, boolean isLast, String trailers) {
        waiting.add(new Piece(data, isLast, trailers));
        resumeReading();
    }

    private static Bytes bytes(String text) {
        return text == null ? null : new Bytes(64).put(text);
    }

    static String text(ByteBuf piece) {
        String text = piece == null ? "" : piece.toString(StandardCharsets.ISO_8859_1);
        if (piece != null) {
            piece.release();
        }
        return text;
    }

    static String text(Bytes trailers) {
        return trailers == null
                ? ""
                : new String(trailers.array(), 0, trailers.length(), StandardCharsets.ISO_8859_1).trim();
    }

    @Override
    public void resumeReading() {
        while (exchange != null && !waiting.isEmpty() && exchange.takesBody()) {
            Piece piece = waiting.remove(0);
            exchange.received(piece.data.length());
            exchange.body()
                    .take(
                            Unpooled.copiedBuffer(piece.data, StandardCharsets.ISO_8859_1),
                            piece.isLast,
                            bytes(piece.trailers));
        }
    }

    @Override
    public void decided() {
        exchange.intake().forward(null, Placement.ELSEWHERE, !exchange.request().hasBody(), null);
        resumeReading();
    }

    @Override
    public void pauseReading() {
        told.add("pause");
    }

    @Override
    public void sendInterim(ResponseHead head) {
        told.add("interim " + head.status());
    }

    @Override
    public void sendHead(ResponseRelay response, ByteBuf body, int headFrom) {
        Bytes out = new Bytes(64);
        ResponseHead head = response.head();
        int rest = ResponseComposer.compose(
                head, ResponseComposer.Persistence.SILENT, "now".getBytes(), response.edits(), out);
        out.put(head.bytes(), rest, head.end());
        told.add("head " + text(out).replace("\r\n", "|"));
        tell(body, response.isComplete(), response.trailers());
    }

    @Override
    public void send(ByteBuf piece, boolean isLast, Bytes trailers) {
        tell(piece, isLast, trailers);
    }

    private void tell(ByteBuf piece, boolean isLast, Bytes trailers) {
        String data = text(piece);
        exchange.sent(data.length());
        told.add("data '" + data + "'" + (isLast ? " last " + text(trailers) : ""));
    }

    @Override
    public void sendRefusal(Reason reason, boolean isSound) {
        told.add("refused " + reason + (isSound ? " sound" : ""));
    }

    @Override
    public void reset(Reason reason) {
        told.add("reset " + reason);
    }

    @Override
    public void exchangeEnded(boolean isComplete) {
        told.add("ended" + (isComplete ? " complete" : ""));
        exchange = null;
    }

    @Override
    public Engine engine() {
        return engine;
    }

    @Override
    public ClientConnection connection() {
        return this;
    }

    @Override
    public int version() {
        return 20;
    }

    @Override
    public boolean isTrusted() {
        return false;
    }

    @Override
    public long addressHash() {
        return 1;
    }

    @Override
    public ForwardStamp stamp() {
        return new ForwardStamp("192.0.2.1", false, "leba", "1.1", "127.0.0.1", ForwardStamp.Words.X_FORWARDED);
    }

    @Override
    public void arm(long millis) {
        armedMillis = millis;
    }

    @Override
    public void disarm() {
        armedMillis = -1;
    }

    @Override
    public void boundRequest() {}

    @Override
    public void requestReceived() {
        told.add("received");
    }

    @Override
    public boolean takesChunks() {
        return false;
    }

    @Override
    public boolean isWritable() {
        return isWritable;
    }

    @Override
    public boolean isStalled() {
        return !isWritable;
    }

    @Override
    public Channel channel() {
        throw new AssertionError("a stream has no channel of its own");
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress clientAddress() {
        return InetSocketAddress.createUnresolved("192.0.2.1", 1);
    }

    @Override
    public InetSocketAddress localAddress() {
        return InetSocketAddress.createUnresolved("127.0.0.1", 1);
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public FrontendView enter() {
        return this;
    }

    @Override
    public boolean isDraining() {
        return false;
    }

    @Override
    public void onDrain(Runnable action) {}

    @Override
    public Protocol.RouteTable table() {
        return table;
    }

    @Override
    public void exit(Loop onLoop, Outcome how, long bytesIn, long bytesOut) {
        outcome = how;
    }

    @Override
    public void moved(Loop onLoop, long bytesIn, long bytesOut) {}
}
