package io.leba.plugin.protocol.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HttpRouteTest {
    private static String expression(String component) {
        return Stream.of(HttpRoute.class.getRecordComponents())
                .filter(one -> one.getName().equals(component))
                .map((RecordComponent one) -> one.getAnnotation(Matches.class).value())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_method_that_is_no_token_is_refused_with_the_key() {
        InvalidConfig problem = assertThrows(
                InvalidConfig.class,
                () -> new HttpRoute(Optional.empty(), Optional.empty(), Set.of("GET POST"), Map.of()));
        assertEquals("methods", problem.key());
        assertEquals("must be method names such as GET, got 'GET POST'", problem.getMessage());
    }

    @Test
    void a_header_name_that_is_no_token_is_refused_with_the_key() {
        InvalidConfig problem = assertThrows(
                InvalidConfig.class,
                () -> new HttpRoute(Optional.empty(), Optional.empty(), Set.of(), Map.of("X:", "y")));
        assertEquals("headers", problem.key());
        assertEquals("must be header names such as X-Canary, got 'X:'", problem.getMessage());
    }

    @Test
    void paths_begin_with_a_slash_or_a_star() {
        assertTrue("/api/v1/*".matches(expression("pathPattern")));
        assertTrue("*.css".matches(expression("pathPattern")));
        assertTrue(!"api".matches(expression("pathPattern")));
        assertTrue(!"/a b".matches(expression("pathPattern")));
    }

    @Test
    void hosts_have_no_port_and_one_star_at_most() {
        assertTrue("shop.test".matches(expression("host")));
        assertTrue("*.shop.test".matches(expression("host")));
        assertTrue("[::1]".matches(expression("host")));
        assertTrue(!"shop.test:80".matches(expression("host")));
        assertTrue(!"www.*.test".matches(expression("host")));
    }
}
