package io.leba.plugin.protocol.http.h3;

import io.leba.plugin.protocol.http.fake.Identity;
import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.HttpOrigin;
import io.leba.testkit.origin.Reply;
import io.leba.testkit.origin.TcpOrigin;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A node that speaks HTTP/3, with a backend that tells what it was asked and one that answers what a test says. */
final class Http3Site implements AutoCloseable {
    final Identity identity;
    final HttpOrigin origin;
    final TestNode node;
    private final TcpOrigin bytes;
    private final String more;
    private volatile TcpOrigin.Script raw = session -> {};

    Http3Site(Identity identity) throws IOException {
        this(identity, "");
    }

    /** @param more further keys of the frontend */
    Http3Site(Identity identity, String more) throws IOException {
        this.more = more;
        this.identity = identity;
        origin = HttpOrigin.answering(
                request -> Reply.text(200, request.method() + " " + request.target() + " " + request.body().length));
        bytes = TcpOrigin.playing(session -> {
            while (!session.readLine().isEmpty()) {
                // the head
            }
            raw.play(session);
        });
        node = TestNode.start(config("{enabled: true}"));
    }

    String config(String http3) {
        return """
                shutdown_timeout: 5s
                frontend_services:
                  - name: web
                    protocol: https
                    address: 127.0.0.1
                    port: 0
                    http3: %s
                    tls: {cert_file: %s, key_file: %s}
                    %s
                backends:
                  - {address: 127.0.0.1, port: %d, protocol: http}
                  - {address: 127.0.0.1, port: %d, protocol: http, group_name: raw}
                routing_rules:
                  - {name: raw, path_pattern: /raw, target_backend: raw}
                """.formatted(http3, identity.certificateFile(), identity.keyFile(), more, origin.port(), bytes.port());
    }

    /** What the backend of {@code /raw} does behind a head. */
    void play(TcpOrigin.Script script) {
        raw = script;
    }

    InetSocketAddress address() {
        return node.address("web");
    }

    @Override
    public void close() throws IOException {
        node.close();
        origin.close();
        bytes.close();
    }
}
