package com.example.maintenance;

import io.leba.spi.config.Cidr;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.Verdict;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One instance serves all exchanges on all loops; it has no state, and its answer is made once. */
final class Maintenance implements HttpFilter {
    private final List<Cidr> except;
    private final Verdict closed;

    Maintenance(MaintenanceConfig config) {
        this.except = config.except();
        this.closed = Verdict.answer(new HttpAnswer(
                503,
                List.of(
                        Map.entry("content-type", "text/plain; charset=utf-8"),
                        Map.entry("retry-after", Long.toString(config.retryAfter().toSeconds()))),
                config.message().getBytes(StandardCharsets.UTF_8),
                "maintenance"));
    }

    @Override
    public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
        InetAddress client = exchange.client().getAddress();
        for (Cidr block : except) {
            if (block.contains(client)) {
                return Verdict.proceed();
            }
        }
        return closed;
    }
}
