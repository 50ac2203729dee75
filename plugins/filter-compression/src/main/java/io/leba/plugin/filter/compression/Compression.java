package io.leba.plugin.filter.compression;

import io.leba.spi.LoopCounter;
import io.leba.spi.OnLoop;
import io.leba.spi.Scope;
import io.leba.spi.http.HttpBodyFilter;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.HttpResponse;
import io.leba.spi.http.Verdict;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Compresses the bodies of responses that are worth it for clients that want it (RFC 9110 §8.4, §8.8.3, §12.5). What belongs to
 * one exchange is its attachment: whether the client wants it, then the compressor, which is a loop's and goes back to it.
 */
@OnLoop
final class Compression implements HttpBodyFilter {
    private static final int ROOM = 16 * 1024;
    private static final int MOST_IDLE = 32;

    /** Of a representation that is no more what it was. */
    private static final List<String> NO_LONGER_TRUE =
            List.of("Accept-Ranges", "Content-MD5", "Digest", "Content-Digest", "Repr-Digest");

    private final CompressionConfig config;
    private final MediaTypes types;
    private final Workshop[] workshops;
    private final LoopCounter bytesIn;
    private final LoopCounter bytesOut;

    /** How far an exchange is that has no compressor yet. */
    private enum Stage {
        WANTED,
        CHOSEN
    }

    /** What belongs to a loop. */
    private static final class Workshop {
        final Deque<Gzip> idle = new ArrayDeque<>();
        ByteBuffer room;

        void close() {
            idle.forEach(Gzip::close);
            idle.clear();
        }
    }

    Compression(CompressionConfig config, Scope scope) {
        this.config = config;
        this.types = new MediaTypes(config.types());
        this.bytesIn = scope.meters()
                .counter("leba_compression_bytes", "Bytes of bodies before and behind compression", "side", "in");
        this.bytesOut = scope.meters()
                .counter("leba_compression_bytes", "Bytes of bodies before and behind compression", "side", "out");
        this.workshops = new Workshop[scope.loops()];
        for (int i = 0; i < workshops.length; i++) {
            workshops[i] = new Workshop();
        }
        scope.onClose(() -> {
            for (Workshop workshop : workshops) {
                workshop.close(); // no exchange is left, and so nobody on a loop
            }
        });
    }

    @Override
    public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
        if (AcceptEncoding.prefersGzip(request)) {
            exchange.attach(this, Stage.WANTED);
        }
        return Verdict.proceed();
    }

    @Override
    public void onResponse(HttpResponse response, HttpExchange exchange) {
        boolean isWanted = exchange.attachment(this) != null;
        exchange.attach(this, null);
        if (!isWorthIt(response)) {
            return;
        }
        vary(response);
        if (!isWanted) {
            return;
        }
        exchange.attach(this, Stage.CHOSEN);
        response.setHeader("Content-Encoding", "gzip");
        String tag = response.header("ETag");
        if (tag != null && !tag.startsWith("W/")) {
            response.setHeader("ETag", "W/" + tag); // the same meaning, not the same bytes
        }
        for (int i = 0; i < NO_LONGER_TRUE.size(); i++) {
            if (response.header(NO_LONGER_TRUE.get(i)) != null) {
                response.removeHeader(NO_LONGER_TRUE.get(i));
            }
        }
    }

    private boolean isWorthIt(HttpResponse response) {
        int status = response.status();
        return status != 204
                && status != 205
                && status != 206
                && status != 304
                && types.contain(response.header("Content-Type"))
                && response.header("Content-Encoding") == null
                && response.header("Content-Range") == null
                && isLong(response.header("Content-Length"))
                && !isToStay(response);
    }

    private boolean isLong(String length) {
        if (length == null) {
            return true;
        }
        try {
            return Long.parseLong(length) >= Math.max(1, config.minSize().bytes());
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Whether the backend forbids to transform it (RFC 9111 §5.2.2.6). */
    private static boolean isToStay(HttpResponse response) {
        return names(response, "Cache-Control", "no-transform");
    }

    private static void vary(HttpResponse response) {
        if (!names(response, "Vary", "accept-encoding") && !names(response, "Vary", "*")) {
            response.addHeader("Vary", "Accept-Encoding");
        }
    }

    /** Whether a word is in the list that the fields of a name make. */
    private static boolean names(HttpResponse response, String field, String word) {
        if (response.header(field) == null) {
            return false;
        }
        List<String> values = new ArrayList<>(1);
        response.forEachHeader((name, value) -> {
            if (name.equalsIgnoreCase(field)) {
                values.add(value.toLowerCase(Locale.ROOT));
            }
        });
        for (String value : values) {
            int at = value.indexOf(word);
            while (at >= 0) {
                if (isEdge(value, at - 1) && isEdge(value, at + word.length())) {
                    return true;
                }
                at = value.indexOf(word, at + 1);
            }
        }
        return false;
    }

    private static boolean isEdge(String list, int at) {
        return at < 0
                || at >= list.length()
                || list.charAt(at) == ','
                || list.charAt(at) == ' '
                || list.charAt(at) == '\t';
    }

    @Override
    public boolean wantsResponseBody(HttpExchange exchange) {
        return exchange.attachment(this) != null;
    }

    @Override
    public void onBody(
            HttpExchange exchange, boolean isRequest, ByteBuffer part, boolean isLast, Consumer<ByteBuffer> out) {
        int loop = exchange.loop();
        Workshop workshop = workshops[loop];
        Gzip gzip;
        if (exchange.attachment(this) instanceof Gzip begun) {
            gzip = begun;
        } else {
            Gzip idle = workshop.idle.poll();
            gzip = idle == null ? new Gzip(config.level()) : idle;
            exchange.attach(this, gzip);
        }
        if (workshop.room == null) {
            workshop.room = ByteBuffer.allocateDirect(ROOM);
        }
        bytesIn.add(loop, part.remaining());
        bytesOut.add(loop, gzip.write(part, isLast, workshop.room, out));
    }

    @Override
    public void onComplete(HttpExchange exchange) {
        if (exchange.attachment(this) instanceof Gzip gzip) {
            exchange.attach(this, null);
            Deque<Gzip> idle = workshops[exchange.loop()].idle;
            if (idle.size() < MOST_IDLE) {
                gzip.reset();
                idle.push(gzip);
            } else {
                gzip.close();
            }
        }
    }
}
