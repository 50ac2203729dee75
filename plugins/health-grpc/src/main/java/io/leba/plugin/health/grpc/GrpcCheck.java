package io.leba.plugin.health.grpc;

import io.leba.spi.health.Conversation;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.Target;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Asks a backend's health service, on a connection of its own that is closed afterwards. Immutable. */
final class GrpcCheck implements ConversationCheck {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final GrpcCheckConfig config;

    GrpcCheck(GrpcCheckConfig config) {
        this.config = config;
    }

    @Override
    public List<String> applicationProtocols() {
        return List.of("h2");
    }

    @Override
    public Conversation begin(Target target) {
        Question question = new Question(
                target.isSecure(),
                config.authority().orElseGet(() -> authority(target.backend().address(), target.isSecure())),
                config.service().orElse(""),
                config.metadata(),
                target.timeout());
        return new GrpcConversation(question.bytes(), new HealthAnswer(config.service()));
    }

    private static String authority(InetSocketAddress address, boolean isSecure) {
        String host = address.getHostString();
        int zone = host.indexOf('%');
        String bare = zone < 0 ? host : host.substring(0, zone);
        String bracketed = bare.indexOf(':') >= 0 ? "[" + bare + "]" : bare;
        return address.getPort() == (isSecure ? HTTPS_PORT : HTTP_PORT)
                ? bracketed
                : bracketed + ":" + address.getPort();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
