package io.leba.plugin.health.http;

import io.leba.spi.health.Conversation;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.Target;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Asks a backend over HTTP/1.1, on a connection of its own that is closed afterwards. Immutable. */
final class HttpCheck implements ConversationCheck {
    private static final int DEFAULT_PORT = 80;

    private final HttpCheckConfig config;
    private final StatusSet expected;
    private final Optional<Pattern> bodyMatches;
    private final String beforeHost;
    private final String afterHost;

    HttpCheck(HttpCheckConfig config) {
        this.config = config;
        this.expected = new StatusSet(config.status());
        this.bodyMatches = config.bodyMatches().map(Pattern::compile);
        this.beforeHost = config.method() + " " + config.path() + " HTTP/1.1\r\n";
        this.afterHost = otherHeaders(config);
    }

    private static String otherHeaders(HttpCheckConfig config) {
        StringBuilder head = new StringBuilder();
        if (!isNamed("user-agent", config)) {
            head.append("User-Agent: leba-health\r\n");
        }
        if (!isNamed("accept", config)) {
            head.append("Accept: */*\r\n");
        }
        config.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        if (!config.method().equals("GET") && !config.method().equals("HEAD")) {
            head.append("Content-Length: 0\r\n");
        }
        return head.append("Connection: close\r\n\r\n").toString();
    }

    private static boolean isNamed(String header, HttpCheckConfig config) {
        return config.headers().keySet().stream().anyMatch(header::equalsIgnoreCase);
    }

    @Override
    public Conversation begin(Target target) {
        Optional<BodyExpectation> body = config.bodyContains().isPresent() || bodyMatches.isPresent()
                ? Optional.of(new BodyExpectation(
                        config.bodyContains(),
                        bodyMatches,
                        Math.toIntExact(config.bodyLimit().bytes())))
                : Optional.empty();
        return new HttpConversation(
                request(target.backend().address()),
                new ResponseReader(config.method().equals("HEAD")),
                expected,
                body);
    }

    private ByteBuffer request(InetSocketAddress address) {
        String hostLine =
                isNamed("host", config) ? "" : "Host: " + config.host().orElseGet(() -> hostOf(address)) + "\r\n";
        return ByteBuffer.wrap((beforeHost + hostLine + afterHost).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String hostOf(InetSocketAddress address) {
        String host = address.getHostString();
        String bracketed = host.indexOf(':') >= 0 ? "[" + withoutZone(host) + "]" : host;
        return address.getPort() == DEFAULT_PORT ? bracketed : bracketed + ":" + address.getPort();
    }

    private static String withoutZone(String ipv6) {
        int zone = ipv6.indexOf('%');
        return zone < 0 ? ipv6 : ipv6.substring(0, zone);
    }
}
