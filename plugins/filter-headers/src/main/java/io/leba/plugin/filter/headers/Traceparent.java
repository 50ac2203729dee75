package io.leba.plugin.filter.headers;

import io.leba.spi.OnLoop;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.Verdict;

/**
 * Continues the client's trace with a span id of LEBA's own, or begins a trace (W3C Trace Context, level 1, §3.2 and §4). A
 * {@code traceparent} that is not well-formed counts as none, and its {@code tracestate} goes with it.
 */
@OnLoop
final class Traceparent implements HttpFilter {
    private static final String TRACEPARENT = "traceparent";
    private static final String TRACESTATE = "tracestate";
    private static final int TRACE_FROM = 3;
    private static final int TRACE_TO = 35;
    private static final int PARENT_TO = 52;
    private static final int LENGTH = 55;

    private final TraceparentConfig config;
    private final Ids ids;

    Traceparent(TraceparentConfig config, int loops) {
        this.config = config;
        this.ids = new Ids(loops);
    }

    @Override
    public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
        int loop = exchange.loop();
        String sent = config.keep() ? only(request) : null;
        String span = ids.next(loop, 16);
        if (sent != null && isWellFormed(sent)) {
            // A newer version's other flags mean nothing here.
            String flags =
                    sent.startsWith("00") ? sent.substring(PARENT_TO + 1, LENGTH) : isSampled(sent) ? "01" : "00";
            request.setHeader(TRACEPARENT, "00-" + sent.substring(TRACE_FROM, TRACE_TO) + '-' + span + '-' + flags);
        } else {
            String flags = ids.isDrawn(loop, config.sampled()) ? "01" : "00";
            request.setHeader(TRACEPARENT, "00-" + ids.next(loop, 32) + '-' + span + '-' + flags);
            request.removeHeader(TRACESTATE);
        }
        return Verdict.proceed();
    }

    /** The one field of the name; null if there is none, or several. */
    private static String only(HttpRequest request) {
        String first = request.header(TRACEPARENT);
        if (first == null) {
            return null;
        }
        int[] count = new int[1];
        request.forEachHeader((name, value) -> {
            if (name.equalsIgnoreCase(TRACEPARENT)) {
                count[0]++;
            }
        });
        return count[0] == 1 ? first : null;
    }

    private static boolean isSampled(String text) {
        return (Character.digit(text.charAt(LENGTH - 1), 16) & 1) == 1;
    }

    private static boolean isWellFormed(String text) {
        if (text.length() < LENGTH
                || text.charAt(2) != '-'
                || text.charAt(TRACE_TO) != '-'
                || text.charAt(PARENT_TO) != '-'
                || text.startsWith("ff")) {
            return false;
        }
        boolean isOfVersion0 = text.startsWith("00");
        if (isOfVersion0 ? text.length() != LENGTH : text.length() > LENGTH && text.charAt(LENGTH) != '-') {
            return false;
        }
        return isHex(text, 0, 2)
                && isHex(text, TRACE_FROM, TRACE_TO)
                && !isZero(text, TRACE_FROM, TRACE_TO)
                && isHex(text, TRACE_TO + 1, PARENT_TO)
                && !isZero(text, TRACE_TO + 1, PARENT_TO)
                && isHex(text, PARENT_TO + 1, LENGTH);
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
