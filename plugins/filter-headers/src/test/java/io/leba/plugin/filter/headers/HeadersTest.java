package io.leba.plugin.filter.headers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.filter.headers.HeadersConfig.Changes;
import io.leba.spi.config.InvalidConfig;
import io.leba.testkit.http.ScriptedExchange;
import io.leba.testkit.http.ScriptedRequest;
import io.leba.testkit.http.ScriptedResponse;
import io.leba.testkit.node.Answer;
import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.HttpOrigin;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadersTest {
    private static final Changes NOTHING = new Changes(Map.of(), Map.of(), List.of());

    private static String value(String template, ScriptedRequest request) {
        Headers filter =
                new Headers(new HeadersConfig(new Changes(Map.of("X", template), Map.of(), List.of()), NOTHING));
        ScriptedExchange.of(request).request(filter);
        return request.header("X");
    }

    @ParameterizedTest
    @CsvSource({
        "%{client_ip}, 127.0.0.1",
        "%{client_port}, 40000",
        "%{frontend}, web",
        "a%{route}b, ab",
        "%{scheme}://%{host}%{path}?%{query}, http://example.com/p?q=1",
        "%{method} %{header.Accept}, GET */*",
        "%{request_id}, r-1",
        "[%{header.missing}], []",
        "[%{tls_version}], []",
        "100% %%{client_ip} %x, 100% %{client_ip} %x"
    })
    void aVariableStandsForWhatTheExchangeIs(String template, String value) {
        ScriptedRequest request =
                ScriptedRequest.of("GET", "/p?q=1").with("Accept", "*/*").with("X-Request-ID", "r-1");
        assertEquals(value, value(template, request));
    }

    @Test
    void fieldsAreRemovedThenSetThenAdded() {
        Changes changes = new Changes(Map.of("A", "set"), Map.of("A", "added"), List.of("A", "B"));
        Headers filter = new Headers(new HeadersConfig(changes, changes));
        ScriptedRequest request = ScriptedRequest.of("GET", "/").with("A", "1").with("b", "2");
        ScriptedExchange exchange = ScriptedExchange.of(request);
        exchange.request(filter);
        assertEquals(List.of("Host: example.com", "A: set", "A: added"), request.fields());
        assertEquals(
                List.of("Content-Type: text/plain", "A: set", "A: added"),
                exchange.response(filter, ScriptedResponse.of(200)).fields());
    }

    @Test
    void aResponseMaySpeakOfItsRequestAndOfWhoAnswered() {
        Headers filter = new Headers(new HeadersConfig(
                NOTHING, new Changes(Map.of("X", "%{status} %{path} %{header.A}"), Map.of(), List.of())));
        ScriptedExchange exchange =
                ScriptedExchange.of(ScriptedRequest.of("GET", "/p").with("A", "a"));
        exchange.request(filter);
        assertEquals(
                List.of("Content-Type: text/plain", "X: 404 /p a"),
                exchange.response(filter, ScriptedResponse.of(404)).fields());
    }

    private static String refusal(Runnable making) {
        return assertThrows(InvalidConfig.class, making::run).getMessage();
    }

    private static Changes set(String name, String value) {
        return new Changes(Map.of(name, value), Map.of(), List.of());
    }

    @Test
    void whatCannotWorkIsRefusedWithAWord() {
        assertTrue(refusal(() -> set("a b", "x")).contains("must be header names"));
        assertTrue(refusal(() -> set("Content-Length", "1")).contains("frames the message"));
        assertTrue(refusal(() -> set("A", "x\ny")).contains("must be printable"));
        assertTrue(refusal(() -> set("A", " x")).contains("must be printable"));
        assertTrue(refusal(() -> set("A", "%{client}")).contains("one of backend, client_ip"));
        assertTrue(refusal(() -> set("A", "%{client")).contains("without '}'"));
        assertTrue(
                refusal(() -> new HeadersConfig(set("A", "%{status}"), NOTHING)).contains("with the response only"));
        assertTrue(refusal(() -> new HeadersConfig(new Changes(Map.of(), Map.of(), List.of("host")), NOTHING))
                .contains("one Host"));
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
                  - {name: one, address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                """.formatted(frontend, group, port);
    }

    @Test
    void seenFromOutside() throws Exception {
        String frontend = ", request_id: {}, traceparent: {}, headers: {response: {set:"
                + " {X-Served-By: \"%{backend}\", Strict-Transport-Security: max-age=60}}}";
        String group =
                ", headers: {request: {set: {X-Id: \"%{request_id} from %{client_ip}\", Host: inner}, remove: [X-Secret]}}";
        try (HttpOrigin app = HttpOrigin.named("app");
                TestNode node = TestNode.start(yaml(app.port(), frontend, group))) {
            Answer answer = node.send("GET", "/", Map.of("X-Secret", "s", "X-Request-ID", "abc-1"), "");
            assertEquals("one", answer.header("X-Served-By").orElse(""));
            assertEquals(
                    "max-age=60", answer.header("Strict-Transport-Security").orElse(""));
            assertEquals("abc-1", answer.header("X-Request-ID").orElse(""));
            String seen = app.requests().get(0).toString();
            assertTrue(seen.contains("abc-1 from 127.0.0.1"), seen);
            assertTrue(seen.contains("inner"), seen);
            assertTrue(seen.toLowerCase(java.util.Locale.ROOT).contains("traceparent"), seen);
            assertFalse(seen.contains("X-Secret"), seen);

            Answer made = node.get("/");
            assertTrue(made.header("X-Request-ID").orElse("").matches("[0-9a-f]{32}"));
        }
    }
}
