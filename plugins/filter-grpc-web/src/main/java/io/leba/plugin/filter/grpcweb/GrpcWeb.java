package io.leba.plugin.filter.grpcweb;

import io.leba.spi.OnLoop;
import io.leba.spi.http.HttpBodyFilter;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.HttpResponse;
import io.leba.spi.http.HttpTrailers;
import io.leba.spi.http.Verdict;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Translates between gRPC-Web and gRPC. Messages are framed alike in both, so that bodies pass as they are, or through base64 for clients
 * that cannot read bytes; trailers, which such clients cannot see, become the body's last frame. What belongs to one exchange is its attachment.
 */
@OnLoop
final class GrpcWeb implements HttpBodyFilter {
    private static final int TRAILERS = 0x80;
    private static final String POST = "POST";

    /** One call of a gRPC-Web client. */
    private static final class Call {
        private final WebType asked;
        private final WebType answered;
        private final Base64Stream input = new Base64Stream();
        private boolean hasBody;

        Call(WebType asked, WebType answered) {
            this.asked = asked;
            this.answered = answered;
        }
    }

    @Override
    public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
        WebType asked = request.method().equals(POST) ? WebType.of(request.header("content-type")) : null;
        if (asked != null) {
            WebType accepted = WebType.of(request.header("accept"));
            exchange.attach(this, new Call(asked, accepted == null ? asked : accepted));
            request.setHeader("content-type", asked.plain());
        }
        return Verdict.proceed();
    }

    @Override
    public void onResponse(HttpResponse response, HttpExchange exchange) {
        Call call = (Call) exchange.attachment(this);
        String format = call == null ? null : WebType.format(response.header("content-type"));
        if (format == null) {
            return; // no call, or no answer of gRPC
        }
        response.setHeader("content-type", call.answered.in(format));
        // A status in the head says that there is neither a message nor a trailer behind it, in both protocols.
        call.hasBody = response.header("grpc-status") == null;
    }

    @Override
    public boolean wantsRequestBody(HttpExchange exchange) {
        Call call = (Call) exchange.attachment(this);
        return call != null && call.asked.isText();
    }

    @Override
    public boolean wantsResponseBody(HttpExchange exchange) {
        Call call = (Call) exchange.attachment(this);
        return call != null && call.hasBody;
    }

    @Override
    public void onBody(
            HttpExchange exchange, boolean isRequest, ByteBuffer part, boolean isLast, Consumer<ByteBuffer> out) {
        Call call = (Call) exchange.attachment(this);
        if (isRequest) {
            out.accept(call.input.decode(part, isLast));
        } else if (call.answered.isText()) {
            // Each piece is a text of its own, padded: a client need not wait for the next one to read it.
            out.accept(Base64.getEncoder().encode(part));
        } else {
            out.accept(part);
        }
    }

    @Override
    public boolean onTrailers(
            HttpExchange exchange, boolean isRequest, HttpTrailers trailers, Consumer<ByteBuffer> out) {
        if (isRequest) {
            return true;
        }
        Call call = (Call) exchange.attachment(this);
        ByteBuffer frame = frame(trailers);
        out.accept(call.answered.isText() ? Base64.getEncoder().encode(frame) : frame);
        return false;
    }

    /** Trailers as a frame; without any the call has ended without a word on how, which callers call {@code UNKNOWN}. */
    private static ByteBuffer frame(HttpTrailers trailers) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        if (trailers.isEmpty()) {
            line(lines, "grpc-status", "2");
        }
        trailers.forEach((name, value) -> line(lines, name, value));
        return ByteBuffer.allocate(5 + lines.size())
                .put((byte) TRAILERS)
                .putInt(lines.size())
                .put(lines.toByteArray())
                .flip();
    }

    private static void line(ByteArrayOutputStream lines, String name, String value) {
        lines.writeBytes((name.toLowerCase(Locale.ROOT) + ": " + value + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }
}
