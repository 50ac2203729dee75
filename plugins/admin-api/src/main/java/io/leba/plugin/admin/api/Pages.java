package io.leba.plugin.admin.api;

import io.leba.spi.control.AdminEndpoint;
import io.leba.spi.control.AdminEndpoint.Answer;
import io.leba.spi.control.AdminEndpoint.Request;
import io.leba.spi.control.Control;
import io.leba.spi.control.NodeState;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pages of the management address: its own, and those that extensions offer at the moment of the request. */
final class Pages {
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Control control;
    private final List<AdminEndpoint> own;

    Pages(Control control) {
        this.control = control;
        this.own = List.of(
                new Page(
                        "/livez",
                        "Alive: 200 while the process answers, also while it stops",
                        request -> text(200, "ok\n")),
                new Page("/healthz", "The same as /livez", request -> text(200, "ok\n")),
                new Page(
                        "/readyz",
                        "Ready: 200 while the node takes traffic, 503 from the first moment of a stop",
                        request -> control.state().ready() ? text(200, "ready\n") : text(503, "not ready\n")),
                new Page(
                        "/api/v1/state",
                        "Frontends, groups and backends with their health, as JSON",
                        request -> json(200, control.state())),
                new Page(
                        "/api/v1/plugins",
                        "Installed plugins, as JSON",
                        request -> json(200, Map.of("plugins", control.plugins()))),
                new Page("/", "This page", request -> index()));
    }

    /** The page with this exact path. The address's own pages come before those of extensions. */
    Optional<AdminEndpoint> find(String path) {
        for (AdminEndpoint page : own) {
            if (page.path().equals(path)) {
                return Optional.of(page);
            }
        }
        return control.endpoints().stream()
                .filter(page -> page.path().equals(path))
                .findFirst();
    }

    /** An error as JSON. */
    static Answer error(int status, String message) {
        return json(status, Map.of("error", message));
    }

    private Answer index() {
        NodeState state = control.state();
        Map<String, String> titles = new LinkedHashMap<>();
        own.stream().filter(page -> !page.path().equals("/")).forEach(page -> titles.put(page.path(), page.title()));
        control.endpoints().forEach(page -> titles.putIfAbsent(page.path(), page.title()));
        return new Answer(
                200, "text/html; charset=utf-8", IndexPage.render(state, titles).getBytes(StandardCharsets.UTF_8));
    }

    private static Answer json(int status, Object value) {
        return new Answer(status, JSON, (Json.of(value) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static Answer text(int status, String body) {
        return new Answer(status, TEXT, body.getBytes(StandardCharsets.UTF_8));
    }

    private record Page(String path, String title, Content content) implements AdminEndpoint {
        @Override
        public Answer get(Request request) throws Exception {
            return content.answer(request);
        }
    }

    @FunctionalInterface
    private interface Content {
        Answer answer(Request request) throws Exception;
    }
}
