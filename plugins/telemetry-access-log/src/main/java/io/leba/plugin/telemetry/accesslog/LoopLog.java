package io.leba.plugin.telemetry.accesslog;

import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.telemetry.CompletedExchange;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Set;

/** One loop's part of the log: decides whether an exchange is written, and writes its line. */
@OnLoop
final class LoopLog implements CompletedExchange.AttributeVisitor {
    private static final String[] OUTCOMES = outcomes();

    private final Set<String> fields;
    private final double sample;
    private final LineRing ring;
    private final JsonLine line = new JsonLine();
    private final Timestamp timestamp = new Timestamp();
    private final ClientTexts clients = new ClientTexts();
    private double due;

    LoopLog(AccessLogConfig config) {
        fields = config.fields();
        sample = config.sample();
        ring = new LineRing(config.buffer().bytes());
    }

    LineRing ring() {
        return ring;
    }

    /** Whether it is to be written: what went wrong always, of the rest every n-th. */
    boolean isWanted(CompletedExchange exchange) {
        if (exchange.outcome() != Outcome.SUCCESS) {
            return true;
        }
        due += sample;
        if (due < 1) {
            return false;
        }
        due -= 1;
        return true;
    }

    /** Writes the line; false if there was no room. */
    boolean write(CompletedExchange exchange) {
        line.begin();
        if (has("time")) {
            line.ascii("time", timestamp.of(exchange.startMillis()), Timestamp.LENGTH);
        }
        client(exchange.client());
        text("protocol", exchange.protocol());
        text("frontend", exchange.frontend());
        text("route", exchange.route());
        text("group", exchange.group());
        if (exchange.backend() != null) {
            text("backend", exchange.backend().name());
        }
        exchange.attributes(this);
        text("outcome", OUTCOMES[exchange.outcome().ordinal()]);
        text("reason", exchange.reason());
        number("attempts", exchange.attempts());
        number("bytes_in", exchange.bytesIn());
        number("bytes_out", exchange.bytesOut());
        number("duration_us", exchange.durationNanos() / 1000);
        if (exchange.firstByteNanos() >= 0) {
            number("first_byte_us", exchange.firstByteNanos() / 1000);
        }
        number("loop", exchange.loop());
        line.end();
        return ring.offer(line.bytes(), line.length());
    }

    private void client(InetSocketAddress client) {
        if (has("client")) {
            byte[] text = clients.of(client);
            line.ascii("client", text, text.length);
        }
        number("client_port", client.getPort());
    }

    private boolean has(String field) {
        return fields.isEmpty() || fields.contains(field);
    }

    @Override
    public void text(String name, CharSequence value) {
        if (value.length() > 0 && has(name)) {
            line.text(name, value);
        }
    }

    @Override
    public void number(String name, long value) {
        if (has(name)) {
            line.number(name, value);
        }
    }

    private static String[] outcomes() {
        Outcome[] values = Outcome.values();
        String[] texts = new String[values.length];
        for (Outcome outcome : values) {
            texts[outcome.ordinal()] = outcome.name().toLowerCase(Locale.ROOT);
        }
        return texts;
    }
}
