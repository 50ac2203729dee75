package io.leba.plugin.filter.redirect;

import io.leba.spi.OnLoop;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Sends another target or authority on. Dot segments never come this far: the protocol refuses them. */
@OnLoop
final class Rewrite implements HttpFilter {
    private final RewriteConfig config;
    private final List<PathPattern> strips;
    private final List<PathPattern> paths;

    Rewrite(RewriteConfig config) {
        this.config = config;
        List<PathPattern> stripping = new ArrayList<>();
        config.stripPrefix().ifPresent(prefix -> stripping.add(PathPattern.of(new PathChange(prefix + "/*", "/*"))));
        this.strips = List.copyOf(stripping);
        this.paths = config.paths().stream().map(PathPattern::of).toList();
    }

    @Override
    public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
        config.host().ifPresent(request::setHost);
        String path = request.path();
        if (path.startsWith("/")) {
            String changed = first(paths, first(strips, path));
            if (config.addPrefix().isPresent()) {
                changed = config.addPrefix().get() + changed;
            }
            if (!changed.equals(path)) {
                request.setTarget(request.query() == null ? changed : changed + "?" + request.query());
            }
        }
        return Verdict.proceed();
    }

    private static String first(List<PathPattern> patterns, String path) {
        for (int i = 0; i < patterns.size(); i++) {
            String changed = patterns.get(i).change(path);
            if (changed != null) {
                return changed;
            }
        }
        return path;
    }
}
