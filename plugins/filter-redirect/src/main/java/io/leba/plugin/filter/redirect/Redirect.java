package io.leba.plugin.filter.redirect;

import io.leba.spi.OnLoop;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.Verdict;
import java.util.List;
import java.util.Map;

/** Answers with the place where the client is to go. */
@OnLoop
final class Redirect implements HttpFilter {
    private static final byte[] NOTHING = {};
    private static final Verdict NO_HOST =
            Verdict.answer(HttpAnswer.text(400, "no host to redirect to\n", "redirect_no_host"));

    private final RedirectConfig config;
    private final List<PathPattern> paths;
    private final List<PathPattern> except;

    Redirect(RedirectConfig config) {
        this.config = config;
        this.paths = config.paths().stream().map(PathPattern::of).toList();
        this.except = config.except().stream().map(PathPattern::of).toList();
    }

    @Override
    public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
        String path = request.path();
        for (int i = 0; i < except.size(); i++) {
            if (except.get(i).matches(path)) {
                return Verdict.proceed();
            }
        }
        String said = request.host() == null ? "" : request.host();
        String scheme = config.scheme().orElse(request.scheme());
        String authority = authority(request, said, scheme);
        String target = path.startsWith("/") ? changed(path) : "/"; // 'OPTIONS *' has no path
        if (scheme.equals(request.scheme())
                && isSame(authority, said, scheme)
                && (target.equals(path) || path.equals("*"))) {
            return Verdict.proceed();
        }
        if (authority.isEmpty()) {
            return NO_HOST;
        }
        StringBuilder location =
                new StringBuilder(scheme).append("://").append(authority).append(target);
        if (request.query() != null) {
            location.append('?').append(request.query());
        }
        return Verdict.answer(new HttpAnswer(
                config.status(), List.of(Map.entry("location", location.toString())), NOTHING, "redirect"));
    }

    private String authority(HttpRequest request, String said, String scheme) {
        boolean changes = config.host().isPresent() || !scheme.equals(request.scheme());
        if (!changes && config.port().isEmpty()) {
            return said;
        }
        String host = config.host().orElseGet(() -> withoutPort(said));
        if (host.isEmpty() || config.port().isEmpty() || config.port().get() == standardPort(scheme)) {
            return host;
        }
        return host + ":" + config.port().get();
    }

    /** Whether both mean the same place: the scheme's own port may be written or not. */
    private static boolean isSame(String authority, String said, String scheme) {
        return canonical(authority, scheme).equalsIgnoreCase(canonical(said, scheme));
    }

    private static String canonical(String authority, String scheme) {
        String port = ":" + standardPort(scheme);
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }

    private static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }

    private static int standardPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    private String changed(String path) {
        for (int i = 0; i < paths.size(); i++) {
            String changed = paths.get(i).change(path);
            if (changed != null) {
                return changed;
            }
        }
        return path;
    }
}
