package io.leba.plugin.filter.redirect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.config.InvalidConfig;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.Verdict;
import io.leba.testkit.http.ScriptedExchange;
import io.leba.testkit.http.ScriptedRequest;
import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.HttpOrigin;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RedirectTest {
    private static RedirectConfig config(String scheme, String host, Integer port, PathChange... paths) {
        return new RedirectConfig(
                Optional.ofNullable(scheme),
                Optional.ofNullable(host),
                Optional.ofNullable(port),
                List.of(paths),
                308,
                List.of("/.well-known/*"));
    }

    private static String location(RedirectConfig config, ScriptedRequest request) {
        HttpFilter filter = new Redirect(config);
        Verdict verdict = ScriptedExchange.of(request).request(filter);
        if (!(verdict instanceof Verdict.Answer answer)) {
            return "passes";
        }
        HttpAnswer given = answer.answer();
        return given.headers().stream()
                .filter(field -> field.getKey().equals("location"))
                .map(field -> given.status() + " " + field.getValue())
                .findFirst()
                .orElse(Integer.toString(given.status()));
    }

    private static ScriptedRequest get(String target) {
        return ScriptedRequest.of("GET", target);
    }

    private static ScriptedRequest to(String host) {
        ScriptedRequest request = get("/a?b=c");
        request.setHost(host);
        return request;
    }

    @Test
    void everythingGoesToHttpsAndWhatIsThereStays() {
        RedirectConfig https = config("https", null, null);
        assertEquals("308 https://example.com/a?b=c", location(https, get("/a?b=c")));
        assertEquals("308 https://example.com/a?b=c", location(https, to("example.com:8080")));
        assertEquals("308 https://[::1]/a?b=c", location(https, to("[::1]:8080")));
        assertEquals("308 https://example.com/", location(https, ScriptedRequest.of("OPTIONS", "*")));
        assertEquals("passes", location(https, get("/a").secure()));
        assertEquals("passes", location(https, get("/.well-known/acme-challenge/x")));
        assertEquals("308 https://example.com:8443/a?b=c", location(config("https", null, 8443), get("/a?b=c")));
        assertEquals("308 https://example.com/a?b=c", location(config("https", null, 443), get("/a?b=c")));
    }

    @Test
    void anotherHostIsTheSamePlaceHoweverItIsWritten() {
        RedirectConfig www = config(null, "www.example.com", null);
        assertEquals("308 http://www.example.com/a?b=c", location(www, to("example.com:8080")));
        assertEquals("passes", location(www, to("WWW.example.com")));
        assertEquals("passes", location(www, to("www.example.com:80")));
        assertEquals("308 http://www.example.com/a?b=c", location(www, to("www.example.com:81")));
    }

    @Test
    void aPathThatFitsNoFormPasses() {
        RedirectConfig moved = config(null, null, null, new PathChange("/old/*", "/new/*"), new PathChange("/a", "/b"));
        assertEquals("308 http://example.com/new/x?y", location(moved, get("/old/x?y")));
        assertEquals("308 http://example.com/b", location(moved, get("/a")));
        assertEquals("passes", location(moved, get("/new/x")));
        assertEquals("passes", location(moved, ScriptedRequest.of("OPTIONS", "*")));
        RedirectConfig fixed = config(null, null, null, new PathChange("/*", "/"));
        assertEquals("passes", location(fixed, get("/")), "a client never goes round");
    }

    @Test
    void aConfigurationThatChangesNothingIsRefused() {
        assertThrows(InvalidConfig.class, () -> config(null, null, null));
        assertTrue(assertThrows(
                        InvalidConfig.class,
                        () -> new RedirectConfig(
                                Optional.of("https"), Optional.empty(), Optional.empty(), List.of(), 200, List.of()))
                .getMessage()
                .contains("must be 301, 302, 303, 307 or 308"));
        assertThrows(
                InvalidConfig.class,
                () -> new RewriteConfig(Optional.empty(), List.of(), Optional.empty(), Optional.empty()));
    }

    private static String yaml(int port, String frontend, String group) {
        return """
                event_loops: 1
                shutdown_timeout: 1s
                frontend_services:
                  - {protocol: http, address: 127.0.0.1, port: 0, default_backend: app%s}
                backend_groups:
                  - {name: app, protocol: http%s}
                backends:
                  - {address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                """.formatted(frontend, group, port);
    }

    @Test
    void seenFromOutside() throws Exception {
        try (HttpOrigin app = HttpOrigin.named("app");
                TestNode node =
                        TestNode.start(yaml(app.port(), "", ", rewrite: {strip_prefix: /api, add_prefix: /v2}"))) {
            assertEquals("app /v2/a/b?c", node.get("/api/a/b?c").body());
            assertEquals("app /v2/", node.get("/api").body());
            assertEquals("app /v2/apis", node.get("/apis").body());
            assertEquals(400, node.get("/api/%2e%2e/secret").status(), "out of a prefix leads no way");

            node.reload(yaml(app.port(), ", redirect: {scheme: https, status: 301}", ""));
            assertEquals(301, node.get("/a").status());
            assertTrue(node.get("/a?b").header("Location").orElse("").matches("https://127\\.0\\.0\\.1/a\\?b"));
            node.reload(yaml(app.port(), "", ", rewrite: {host: internal, paths: [{from: /x/*, to: /y/*}]}"));
            assertEquals("app /y/1", node.get("/x/1").body());
        }
    }
}
