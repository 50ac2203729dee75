package io.leba.plugin.filter.headers;

import io.leba.spi.OnLoop;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.tls.TlsSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A field's value with variables in it. Immutable. */
final class Template {
    /** The variables, for documentation. */
    static final String NAMES =
            "`client_ip`, `client_port`, `frontend`, `route`, `scheme`, `host`, `method`, `path`, `query`,"
                    + " `tls_version`, `tls_cipher`, `tls_server_name`, `request_id`, `header.NAME` (of the request), and in responses"
                    + " `status` and `backend`";

    private static final String REQUEST_ID = "X-Request-ID";
    private static final Map<String, Part> VARIABLES = Map.ofEntries(
            Map.entry("client_ip", (request, exchange) -> address(exchange)),
            Map.entry(
                    "client_port",
                    (request, exchange) -> Integer.toString(exchange.client().getPort())),
            Map.entry("frontend", (request, exchange) -> exchange.frontend()),
            Map.entry("route", (request, exchange) -> exchange.route()),
            Map.entry("scheme", (request, exchange) -> request.scheme()),
            Map.entry("host", (request, exchange) -> request.host()),
            Map.entry("method", (request, exchange) -> request.method()),
            Map.entry("path", (request, exchange) -> request.path()),
            Map.entry("query", (request, exchange) -> request.query()),
            Map.entry("tls_version", (request, exchange) -> tls(exchange, TlsSession::version)),
            Map.entry("tls_cipher", (request, exchange) -> tls(exchange, TlsSession::cipher)),
            Map.entry("tls_server_name", (request, exchange) -> tls(exchange, TlsSession::serverName)),
            Map.entry("request_id", (request, exchange) -> request.header(REQUEST_ID)),
            Map.entry("status", (request, exchange) -> Integer.toString(exchange.status())),
            Map.entry(
                    "backend",
                    (request, exchange) ->
                            exchange.backend() == null ? "" : exchange.backend().name()));

    private final List<Part> parts;
    private final boolean isOfResponse;
    private final boolean isConstant;

    /** A piece of a value. */
    @OnLoop
    private interface Part {
        /** The text; null for none. */
        String of(HttpRequest request, HttpExchange exchange);
    }

    private Template(List<Part> parts, boolean isOfResponse, boolean isConstant) {
        this.parts = List.copyOf(parts);
        this.isOfResponse = isOfResponse;
        this.isConstant = isConstant;
    }

    /**
     * Reads a text.
     *
     * @param key where it is written, for errors
     */
    static Template of(String key, String text) {
        List<Part> parts = new ArrayList<>();
        boolean isOfResponse = false;
        boolean isConstant = true;
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("%%{", at)) {
                literal.append("%{");
                at += 3;
            } else if (text.startsWith("%{", at)) {
                int end = text.indexOf('}', at);
                if (end < 0) {
                    throw new InvalidConfig(key, "'" + text + "': '%{' without '}'; write '%%{' for these characters");
                }
                String name = text.substring(at + 2, end);
                flush(literal, parts);
                parts.add(variable(key, name));
                isConstant = false;
                isOfResponse |= name.equals("status") || name.equals("backend");
                at = end + 1;
            } else {
                literal.append(text.charAt(at++));
            }
        }
        flush(literal, parts);
        return new Template(parts, isOfResponse, isConstant);
    }

    private static void flush(StringBuilder literal, List<Part> parts) {
        if (literal.length() > 0) {
            String text = literal.toString();
            parts.add((request, exchange) -> text);
            literal.setLength(0);
        }
    }

    private static Part variable(String key, String name) {
        if (name.startsWith("header.") && name.length() > 7) {
            String field = name.substring(7);
            return (request, exchange) -> request.header(field);
        }
        Part part = VARIABLES.get(name);
        if (part == null) {
            throw new InvalidConfig(
                    key,
                    "there is no variable '" + name + "'; one of "
                            + String.join(
                                    ", ", VARIABLES.keySet().stream().sorted().toList()) + ", header.NAME");
        }
        return part;
    }

    private static String address(HttpExchange exchange) {
        String text = exchange.client().getAddress().getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private static String tls(HttpExchange exchange, Function<TlsSession, String> fact) {
        return exchange.tls().map(fact).orElse("");
    }

    /** Whether it says something that is known with the response only. */
    boolean isOfResponse() {
        return isOfResponse;
    }

    /** Whether it is the same for all exchanges. */
    boolean isConstant() {
        return isConstant;
    }

    /** The value for an exchange. What is not known is empty. */
    @OnLoop
    String of(HttpRequest request, HttpExchange exchange) {
        if (parts.size() == 1) {
            String only = parts.get(0).of(request, exchange);
            return only == null ? "" : only;
        }
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i).of(request, exchange);
            if (part != null) {
                value.append(part);
            }
        }
        return value.toString().strip();
    }
}
