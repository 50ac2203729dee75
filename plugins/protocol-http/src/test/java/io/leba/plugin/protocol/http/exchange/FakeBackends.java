package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.RequestComposer;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.leba.plugin.protocol.http.route.Target;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.ClientConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Streams to backends without sockets, each opened as soon as the test says so: what the exchange sends is remembered. On the loop. */
final class FakeBackends implements StreamSource {
    final List<Stream> streams = new ArrayList<>();
    private OnStream waiting;
    private Stream kept;

    /** Opens the stream that was asked for. */
    Stream open() {
        OnStream callback = waiting;
        waiting = null;
        Stream stream = new Stream();
        streams.add(stream);
        callback.opened(stream);
        return stream;
    }

    /** Fails the connect that was asked for. */
    void refuse() {
        OnStream callback = waiting;
        waiting = null;
        callback.failed(new java.io.IOException("refused"), false);
    }

    boolean isAsked() {
        return waiting != null;
    }

    /** Has the next exchange find a stream that stands. */
    Stream keep() {
        kept = new Stream();
        streams.add(kept);
        return kept;
    }

    @Override
    public boolean takesChunks() {
        return false;
    }

    @Override
    public BackendStream poll(ClientConnection client, Backend backend) {
        Stream found = kept;
        kept = null;
        return found;
    }

    @Override
    public void connect(ClientConnection client, Target target, Backend backend, OnStream callback) {
        waiting = callback;
    }

    /** A stream. */
    static final class Stream implements BackendStream {
        final List<String> told = new ArrayList<>();
        boolean isWritable = true;
        private Exchange exchange;

        /** Answers with a head, and what has come of the body with it. */
        void head(String text, String body, boolean isLast) {
            ResponseRelay response = exchange.response();
            ResponseHead head = response.head();
            response.begun();
            Bytes bytes = new Bytes(64).put(text);
            head.append(bytes.array(), bytes.length());
            int end = head.scan(exchange.engine().settings.responseLimits);
            if (end != bytes.length() || head.judge(exchange.request()) != null) {
                throw new AssertionError("the test's head is not valid: " + text);
            }
            if (head.status() < 200) {
                response.interim();
            } else if (response.headReceived()) {
                response.pass(buffer(body), Placement.ELSEWHERE, isLast, null);
            }
        }

        /** Sends a piece of the response. */
        void piece(String data, boolean isLast, String trailers) {
            exchange.response().piece(buffer(data), isLast, trailers == null ? null : new Bytes(64).put(trailers));
        }

        void end(StreamEnd how) {
            exchange.backendEnded(how);
        }

        void writable() {
            isWritable = true;
            exchange.backendWritable();
        }

        private static ByteBuf buffer(String text) {
            return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        }

        @Override
        public boolean takesChunks() {
            return false;
        }

        @Override
        public void serve(Exchange served) {
            exchange = served;
        }

        @Override
        public void sendHead(ByteBuf body, int headFrom) {
            RequestHead head = exchange.request();
            Bytes out = new Bytes(64);
            int rest = RequestComposer.compose(head, exchange.client().stamp(), exchange.requestEdits(), out);
            out.put(head.bytes(), rest, head.end());
            told.add("head " + FakeClient.text(out).replace("\r\n", "|"));
            String data = FakeClient.text(body);
            if (!data.isEmpty() || exchange.body().isComplete()) {
                told.add("data '" + data + "'" + (exchange.body().isComplete() ? " last" : ""));
            }
        }

        @Override
        public void send(ByteBuf piece, boolean isLast, Bytes trailers) {
            told.add("data '" + FakeClient.text(piece) + "'" + (isLast ? " last " + FakeClient.text(trailers) : ""));
        }

        @Override
        public boolean isWritable() {
            return isWritable;
        }

        @Override
        public void setReading(boolean isReading) {
            told.add(isReading ? "read" : "pause");
        }

        @Override
        public void leave(boolean isComplete) {
            told.add("left" + (isComplete ? " complete" : ""));
            exchange = null;
        }
    }
}
