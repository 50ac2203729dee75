package io.leba.plugin.filter.headers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.testkit.http.ScriptedExchange;
import io.leba.testkit.http.ScriptedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    private static ScriptedRequest after(TraceparentConfig config, String... sent) {
        ScriptedRequest request = ScriptedRequest.of("GET", "/").with("tracestate", "a=b");
        for (String one : sent) {
            request.with("Traceparent", one);
        }
        ScriptedExchange.of(request).request(new Traceparent(config, 1));
        return request;
    }

    private static ScriptedRequest after(String... sent) {
        return after(new TraceparentConfig(true, 1), sent);
    }

    @Test
    void aTraceGoesOnWithASpanOfItsOwn() {
        ScriptedRequest request = after(SENT);
        assertTrue(request.header("traceparent").matches("00-" + TRACE + "-[0-9a-f]{16}-01"));
        assertFalse(request.header("traceparent").contains("00f067aa0ba902b7"));
        assertEquals("a=b", request.header("tracestate"));
        assertTrue(after(SENT.replaceAll("01$", "00")).header("traceparent").endsWith("-00"));
    }

    @Test
    void ofANewerVersionWhatIsKnownIsTaken() {
        assertTrue(after("cc-" + SENT.substring(3) + "-what-ever")
                .header("traceparent")
                .matches("00-" + TRACE + "-.*-01"));
        assertTrue(after("01-" + SENT.substring(3, 53) + "fe")
                .header("traceparent")
                .matches("00-" + TRACE + "-.*-00"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
                "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
                "zz-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            })
    void whatIsNotWellFormedBeginsANewTrace(String sent) {
        ScriptedRequest request = after(sent);
        assertTrue(request.header("traceparent").matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
        assertFalse(request.header("traceparent").contains(TRACE));
        assertNull(request.header("tracestate"));
    }

    @Test
    void twoAreNoneAndNoneIsKeptWhereItIsNotWanted() {
        assertFalse(after(SENT, SENT).header("traceparent").contains(TRACE));
        assertFalse(after(new TraceparentConfig(false, 0), SENT)
                .header("traceparent")
                .contains(TRACE));
        assertTrue(after(new TraceparentConfig(true, 0)).header("traceparent").endsWith("-00"));
        assertTrue(after(new TraceparentConfig(true, 0), SENT)
                .header("traceparent")
                .endsWith("-01"));
    }
}
