package io.leba.plugin.admin.api;

import io.leba.spi.OnBackground;
import io.leba.spi.control.AdminEndpoint;
import io.leba.spi.control.AdminEndpoint.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;

/** Answers one request: finds the page, and puts around it what every answer of this address carries. Thread-safe. */
final class RequestHandler {
    private static final int WORTH_COMPRESSING = 1024;
    private static final String POLICY = "default-src 'none'; style-src 'sha256-" + sha256(IndexPage.STYLE)
            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final Map<String, String> ALWAYS = Map.of(
            "Cache-Control", "no-store",
            "Content-Security-Policy", POLICY,
            "Cross-Origin-Resource-Policy", "same-origin",
            "Referrer-Policy", "no-referrer",
            "Vary", "Accept, Accept-Encoding",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY");

    private final Pages pages;
    private final Logger logger;

    RequestHandler(Pages pages, Logger logger) {
        this.pages = pages;
        this.logger = logger;
    }

    /**
     * A request.
     *
     * @param target as it stands in the request line
     * @param needsHost whether its version of HTTP asks for a {@code Host} field
     * @param headers lower-case names
     */
    record Asked(String method, String target, boolean needsHost, Map<String, List<String>> headers) {
        void add(String name, String value) {
            headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                    .add(value);
        }

        List<String> header(String name) {
            return headers.getOrDefault(name, List.of());
        }
    }

    /** An answer as it is sent, but for what concerns the connection. */
    record Reply(int status, Map<String, String> headers, byte[] body) {}

    /** Answers. */
    @OnBackground
    Reply handle(Asked asked) {
        Map<String, String> more = new LinkedHashMap<>();
        Answer answer = answer(asked, more);
        byte[] body = answer.body();
        if (body.length >= WORTH_COMPRESSING && acceptsGzip(asked.header("accept-encoding"))) {
            more.put("Content-Encoding", "gzip");
            body = gzip(body);
        }
        return reply(answer.status(), answer.contentType(), body, more);
    }

    /** The answer to what cannot be read as a request. */
    Reply refusal(int status, String message) {
        Answer answer = Pages.error(status, message);
        return reply(status, answer.contentType(), answer.body(), Map.of());
    }

    private static Reply reply(int status, String contentType, byte[] body, Map<String, String> more) {
        Map<String, String> headers = new LinkedHashMap<>(ALWAYS);
        headers.put("Content-Type", contentType);
        headers.putAll(more);
        return new Reply(status, headers, body);
    }

    private Answer answer(Asked asked, Map<String, String> more) {
        if (asked.needsHost() && asked.header("host").size() != 1) {
            return Pages.error(400, "a request of HTTP/1.1 has one Host field");
        }
        URI target;
        try {
            target = URI.create(asked.target());
        } catch (IllegalArgumentException e) {
            return Pages.error(400, "the path or the query is not properly percent-encoded");
        }
        Optional<AdminEndpoint> page = pages.find(target.getPath() == null ? "" : target.getPath());
        if (page.isEmpty()) {
            return Pages.error(404, "nothing at this path; / lists what there is");
        }
        if (!asked.method().equals("GET") && !asked.method().equals("HEAD")) {
            more.put("Allow", "GET, HEAD");
            return Pages.error(405, "this address takes GET and HEAD only");
        }
        AdminEndpoint.Request request;
        try {
            request = new AdminEndpoint.Request(query(target.getRawQuery()), asked.headers());
        } catch (IllegalArgumentException e) {
            return Pages.error(400, "the query is not properly percent-encoded");
        }
        try {
            return page.get().get(request);
        } catch (Exception | LinkageError e) {
            logger.warn("{} failed", target.getPath(), e);
            return Pages.error(500, "the page failed; the log says why");
        }
    }

    private static boolean acceptsGzip(List<String> lines) {
        for (String line : lines) {
            for (String coding : line.toLowerCase(Locale.ROOT).split(",")) {
                String[] parts = coding.trim().split("\\s*;\\s*");
                boolean refused = parts.length > 1 && parts[1].matches("q=0(\\.0*)?");
                if (parts[0].equals("gzip") && !refused) {
                    return true;
                }
            }
        }
        return false;
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 4 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static Map<String, List<String>> query(String raw) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (raw == null || raw.isEmpty()) {
            return query;
        }
        for (String pair : raw.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            query.computeIfAbsent(decode(name), key -> new ArrayList<>()).add(decode(value));
        }
        return query;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
