package io.leba.plugin.protocol.tcp;

import io.leba.spi.OnLoop;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.telemetry.CompletedExchange;
import java.net.InetSocketAddress;

/** A finished session as listeners see it. */
@OnLoop
final class TcpExchange implements CompletedExchange {
    private final TcpSession session;

    TcpExchange(TcpSession session) {
        this.session = session;
    }

    @Override
    public int loop() {
        return session.client().loop().index();
    }

    @Override
    public String protocol() {
        return session.routes().protocol();
    }

    @Override
    public String frontend() {
        return session.routes().frontend();
    }

    @Override
    public String route() {
        return session.route();
    }

    @Override
    public String group() {
        return session.group();
    }

    @Override
    public Backend backend() {
        return session.backend();
    }

    @Override
    public InetSocketAddress client() {
        return session.client().clientAddress();
    }

    @Override
    public long startMillis() {
        return session.startMillis();
    }

    @Override
    public long durationNanos() {
        return session.durationNanos();
    }

    @Override
    public long firstByteNanos() {
        return session.firstByteNanos();
    }

    @Override
    public long bytesIn() {
        return session.bytesIn();
    }

    @Override
    public long bytesOut() {
        return session.bytesOut();
    }

    @Override
    public int attempts() {
        return session.attempts();
    }

    @Override
    public Outcome outcome() {
        return session.outcome();
    }

    @Override
    public String reason() {
        return session.reason();
    }

    /**
     * {@code connect_us}: how long the connection to the backend took to come about; {@code sni}: the server that the client named,
     * where rules go by that.
     */
    @Override
    public void attributes(AttributeVisitor visitor) {
        if (!session.serverName().isEmpty()) {
            visitor.text("sni", session.serverName());
        }
        if (session.connectNanos() >= 0) {
            visitor.number("connect_us", session.connectNanos() / 1000);
        }
    }
}
