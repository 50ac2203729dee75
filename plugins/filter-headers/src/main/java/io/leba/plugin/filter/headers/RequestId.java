package io.leba.plugin.filter.headers;

import io.leba.spi.OnLoop;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.HttpResponse;
import io.leba.spi.http.Verdict;

/** Keeps or makes an id, sends it to the backend, and tells the client. */
@OnLoop
final class RequestId implements HttpFilter {
    private static final int LONGEST = 128;
    private static final int DIGITS = 32;

    private final RequestIdConfig config;
    private final Ids ids;

    RequestId(RequestIdConfig config, int loops) {
        this.config = config;
        this.ids = new Ids(loops);
    }

    @Override
    public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
        String sent = config.keep() ? request.header(config.header()) : null;
        String id = sent;
        if (sent == null || !isWellFormed(sent)) {
            id = ids.next(exchange.loop(), DIGITS);
        }
        request.setHeader(config.header(), id); // also where it is kept: one, if there were several
        if (config.response()) {
            exchange.attach(this, id);
        }
        return Verdict.proceed();
    }

    @Override
    public void onResponse(HttpResponse response, HttpExchange exchange) {
        if (exchange.attachment(this) instanceof String id) {
            response.setHeader(config.header(), id);
        }
    }

    private static boolean isWellFormed(String id) {
        if (id.isEmpty() || id.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean isFine =
                    c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || "-_.:/+=@".indexOf(c) >= 0;
            if (!isFine) {
                return false;
            }
        }
        return true;
    }
}
