package io.leba.plugin.health.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.spi.config.ByteSize;
import io.leba.spi.config.InvalidConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class HttpCheckConfigTest {
    private static HttpCheckConfig config(
            String method, Optional<String> host, Map<String, String> headers, String status, String matches) {
        return new HttpCheckConfig(
                "/",
                method,
                host,
                headers,
                List.of(status),
                Optional.empty(),
                Optional.of(matches).filter(text -> !text.isEmpty()),
                new ByteSize(10));
    }

    private static void assertRefused(String key, String message, Executable made) {
        InvalidConfig refused = assertThrows(InvalidConfig.class, made);
        assertEquals(key, refused.key());
        assertEquals(message, refused.getMessage());
    }

    private static void assertHeaderRefused(String message, String name, String value) {
        assertRefused("headers", message, () -> config("GET", Optional.empty(), Map.of(name, value), "200", ""));
    }

    @Test
    void ordinaryHeadersAreTaken() {
        assertDoesNotThrow(() -> config(
                "GET",
                Optional.empty(),
                Map.of("Authorization", "Bearer abc=", "X-Empty", "", "host", "a"),
                "200",
                ""));
    }

    @Test
    void headersThatBreakTheRequestAreRefused() {
        assertHeaderRefused("'a b' is no header name", "a b", "x");
        assertHeaderRefused("'' is no header name", "", "x");
        assertHeaderRefused("the value of 'a' has control characters", "a", "x\r\nb: y");
        assertHeaderRefused("'Connection' is set by the check itself; remove it", "Connection", "keep-alive");
        assertHeaderRefused("'content-length' is set by the check itself; remove it", "content-length", "5");
    }

    @Test
    void twoHostsAreRefused() {
        assertRefused(
                "headers",
                "has a host beside 'host'; remove one",
                () -> config("GET", Optional.of("a"), Map.of("HOST", "b"), "200", ""));
    }

    @Test
    void aBodyOfHeadIsRefused() {
        assertRefused(
                "method",
                "HEAD has no body to look at; use GET, or remove body_contains and body_matches",
                () -> config("HEAD", Optional.empty(), Map.of(), "200", "x"));
    }

    @Test
    void anEmptyRangeOfStatusesIsRefused() {
        assertRefused(
                "status",
                "'399-200' is empty; write the lower status first",
                () -> config("GET", Optional.empty(), Map.of(), "399-200", ""));
    }

    @Test
    void aBrokenExpressionIsRefused() {
        assertRefused(
                "body_matches",
                "must be a regular expression: unclosed group near index 2",
                () -> config("GET", Optional.empty(), Map.of(), "200", "(a"));
    }

    @Test
    void thePluginOffersOneCheck() {
        assertEquals("http", new HttpCheckPlugin().providers().get(0).type());
        assertEquals(
                HttpCheckConfig.class, new HttpCheckPlugin().providers().get(0).configType());
    }
}
