package io.leba.plugin.filter.headers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.testkit.http.ScriptedExchange;
import io.leba.testkit.http.ScriptedRequest;
import io.leba.testkit.http.ScriptedResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestIdTest {
    private static final String ID = "X-Request-ID";

    private static ScriptedRequest get() {
        return ScriptedRequest.of("GET", "/");
    }

    private static String id(RequestId filter, ScriptedRequest request) {
        ScriptedExchange.of(request).request(filter);
        return request.header(ID);
    }

    @Test
    void aWellFormedIdIsKeptAndAnythingElseReplaced() {
        RequestId filter = new RequestId(new RequestIdConfig(ID, true, true), 1);
        assertEquals("a-b_c.1:/+=@", id(filter, get().with(ID, "a-b_c.1:/+=@")));
        for (String bad : List.of("", "a b", "a\"b", "a,b", "é", "x".repeat(129))) {
            assertTrue(id(filter, get().with(ID, bad)).matches("[0-9a-f]{32}"), bad);
        }
        ScriptedRequest twice = get().with(ID, "one").with(ID, "two");
        assertEquals("one", id(filter, twice));
        assertEquals(List.of("Host: example.com", ID + ": one"), twice.fields());
    }

    @Test
    void noTwoAreTheSame() {
        RequestId filter = new RequestId(new RequestIdConfig(ID, false, true), 2);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            ScriptedRequest request = get().with(ID, "mine");
            ScriptedExchange.onLoop(request, i % 2).request(filter);
            assertTrue(seen.add(request.header(ID)));
        }
        assertTrue(!seen.contains("mine"));
        assertNotEquals(
                id(new RequestId(new RequestIdConfig(ID, true, true), 1), get()),
                id(new RequestId(new RequestIdConfig(ID, true, true), 1), get()));
    }

    @Test
    void theClientIsToldUnlessItIsNotToBe() {
        for (boolean told : new boolean[] {true, false}) {
            RequestId filter = new RequestId(new RequestIdConfig(ID, true, told), 1);
            ScriptedExchange exchange = ScriptedExchange.of(get().with(ID, "mine"));
            exchange.request(filter);
            assertEquals(
                    told ? List.of("Content-Type: text/plain", ID + ": mine") : List.of("Content-Type: text/plain"),
                    exchange.response(filter, ScriptedResponse.of(200)).fields());
        }
    }
}
