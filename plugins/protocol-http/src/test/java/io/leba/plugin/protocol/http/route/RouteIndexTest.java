package io.leba.plugin.protocol.http.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpRoute;
import io.leba.plugin.protocol.http.head.HeadLimits;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.plugin.protocol.http.retry.RetryPolicy;
import io.leba.spi.http.HttpFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RouteIndexTest {
    private static final HeadLimits LIMITS = new HeadLimits(64 << 10, 8 << 10, 100);
    private final RouteLookup lookup = new RouteLookup();

    private static RequestHead request(String method, String host, String target, String fields) {
        RequestHead head = new RequestHead();
        byte[] bytes = (method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        head.append(bytes, bytes.length);
        assertEquals(bytes.length, head.scan(LIMITS), target);
        assertEquals(null, head.judge());
        return head;
    }

    private static HttpRoute path(String pattern) {
        return new HttpRoute(Optional.of(pattern), Optional.empty(), Set.of(), Map.of());
    }

    private static HttpRoute host(String host, String pattern) {
        return new HttpRoute(Optional.of(pattern), Optional.of(host), Set.of(), Map.of());
    }

    private static RouteIndex index(HttpRoute... routes) {
        return indexAfter(RouteIndex.EMPTY, routes);
    }

    private static RouteIndex indexAfter(RouteIndex before, HttpRoute... routes) {
        RouteIndex.Builder builder = new RouteIndex.Builder(before);
        for (int i = 0; i < routes.length; i++) {
            builder.add(routes[i], new Target(String.valueOf(i), null, new HttpFilter[0], RetryPolicy.NONE, null));
        }
        return builder.build(new Target("none", null, new HttpFilter[0], RetryPolicy.NONE, null));
    }

    private String find(RouteIndex index, String host, String target) {
        return index.find(request("GET", host, target, ""), lookup).route();
    }

    @Test
    void a_path_that_is_left_out_is_looked_up_as_what_is_sent() {
        RouteIndex index = index(path("/"), path("/*"), path("*"));
        assertEquals("0", find(index, "a", "http://a"));
        assertEquals("0", find(index, "a", "http://a?x=1"));
        assertEquals("0", find(index, "a", "http://a?%41"), "an escape in the query changes nothing of the path");
        assertEquals("2", index.find(request("OPTIONS", "a", "*", ""), lookup).route());
        assertEquals(
                "2", index.find(request("OPTIONS", "a", "http://a", ""), lookup).route(), "goes on as *");
        assertEquals(
                "0",
                index.find(request("OPTIONS", "a", "http://a?", ""), lookup).route());
    }

    @Test
    void a_pattern_is_exact_a_beginning_an_ending_or_both() {
        RouteIndex index = index(path("/exact"), path("/api/v1/*"), path("*.css"), path("/a/*/z"), path("*x*y*"));
        assertEquals("0", find(index, "t", "/exact?query"));
        assertEquals("none", find(index, "t", "/exact/"));
        assertEquals("none", find(index, "t", "/exac"));
        assertEquals("1", find(index, "t", "/api/v1/"));
        assertEquals("1", find(index, "t", "/api/v1/users/7"));
        assertEquals("none", find(index, "t", "/api/v1"));
        assertEquals("2", find(index, "t", "/s/main.css"));
        assertEquals("none", find(index, "t", "/s/main.css.map"));
        assertEquals("3", find(index, "t", "/a/b/c/z"));
        assertEquals("3", find(index, "t", "/a//z"));
        assertEquals("none", find(index, "t", "/a/z"));
        assertEquals("4", find(index, "t", "/1x2y3"));
        assertEquals("none", find(index, "t", "/1y2x3"));
    }

    @Test
    void the_first_rule_in_order_wins_however_it_is_found() {
        RouteIndex index =
                index(path("*.css"), path("/static/*"), path("/static/a"), host("a.test", "/static/b.css"), path("/"));
        assertEquals("0", find(index, "a.test", "/static/b.css"));
        assertEquals("1", find(index, "t", "/static/a"));
        assertEquals("4", find(index, "t", "/"));
        assertEquals("2", find(index(path("/b*"), path("/x"), path("/a*"), path("/*")), "t", "/a"));
    }

    @Test
    void hosts_are_compared_without_case_and_without_port() {
        RouteIndex index = index(host("Shop.test", "*"), host("*.Test", "*"), host("[::1]", "*"));
        assertEquals("0", find(index, "sHOP.TEST:8080", "/"));
        assertEquals("0", find(index, "shop.test.", "/"));
        assertEquals("1", find(index, "www.shop.test", "/"));
        assertEquals("1", find(index, "a.b.test:80", "/"));
        assertEquals("none", find(index, "test", "/"));
        assertEquals("none", find(index, "xtest", "/"));
        assertEquals("2", find(index, "[::1]:80", "/"));
        assertEquals("2", find(index, "[::1]", "/"));
    }

    @Test
    void methods_and_headers_must_hold_too() {
        RouteIndex index = index(
                new HttpRoute(Optional.empty(), Optional.empty(), Set.of("PUT", "POST"), Map.of()),
                new HttpRoute(
                        Optional.of("/a*"), Optional.empty(), Set.of(), Map.of("X-Canary", "yes", "Accept", "*json*")));
        assertEquals("0", index.find(request("POST", "t", "/", ""), lookup).route());
        assertEquals("none", index.find(request("GET", "t", "/", ""), lookup).route());
        String both = "x-canary: no\r\nX-CANARY: yes \r\nAccept: application/json;q=1\r\n";
        assertEquals("1", index.find(request("GET", "t", "/ab", both), lookup).route());
        assertEquals("none", index.find(request("GET", "t", "/b", both), lookup).route());
        assertEquals(
                "none",
                index.find(request("GET", "t", "/ab", "X-Canary: yes\r\n"), lookup)
                        .route());
    }

    @Test
    void an_escaped_letter_is_the_letter() {
        RouteIndex index = index(path("/admin/*"), path("/%7Euser"), path("/a%2fb"));
        assertEquals("0", find(index, "t", "/%61dmin/x"));
        assertEquals("0", find(index, "t", "/adm%69n/%78"));
        assertEquals("1", find(index, "t", "/~user"));
        assertEquals("1", find(index, "t", "/%7euser"));
        assertEquals("2", find(index, "t", "/a%2Fb"));
        assertEquals("none", find(index, "t", "/a/b"));
        assertEquals("0", find(index, "t", "/%61dmin/" + "%78".repeat(300)));
    }

    @Test
    void an_absolute_target_without_a_path_asks_for_the_root() {
        assertEquals("0", find(index(path("/")), "t", "http://t?x"));
    }

    @Test
    void ten_thousand_rules_are_not_looked_at_one_by_one() {
        List<HttpRoute> routes = new ArrayList<>();
        for (int i = 0; i < 2500; i++) {
            routes.add(path("/service-" + i + "/*"));
            routes.add(host("h" + i + ".test", "/x*"));
            routes.add(path("/exact/" + i));
            routes.add(path("*." + i));
        }
        RouteIndex index = index(routes.toArray(HttpRoute[]::new));
        assertEquals("9996", find(index, "t", "/service-2499/a"));
        assertEquals("9997", find(index, "h2499.test", "/x"));
        assertEquals("9998", find(index, "t", "/exact/2499"));
        assertEquals("9999", find(index, "t", "/a.2499"));
        assertEquals("none", find(index, "t", "/nothing"));

        RouteIndex small = index(path("/service-1/*"));
        RequestHead request = request("GET", "t", "/service-2499/a", "");
        // Far apart enough for any machine: one by one would be thousands of times slower.
        long slow = Long.MAX_VALUE;
        long fast = Long.MAX_VALUE;
        for (int round = 0; round < 50; round++) {
            slow = Math.min(slow, time(index, request));
            fast = Math.min(fast, time(small, request));
        }
        assertTrue(slow < 100 * fast, slow + " against " + fast);
    }

    private long time(RouteIndex index, RequestHead request) {
        long start = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            index.find(request, lookup);
        }
        return System.nanoTime() - start;
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.strings().withChars("ab*/.").ofMaxLength(6).map(text -> "/" + text);
    }

    @Provide
    Arbitrary<List<HttpRoute>> routes() {
        Arbitrary<Optional<String>> patterns = Arbitraries.oneOf(
                patterns().map(Optional::of),
                Arbitraries.strings().withChars("ab*/.").ofMaxLength(5).map(text -> Optional.of("*" + text)),
                Arbitraries.just(Optional.empty()));
        Arbitrary<Optional<String>> hosts = Arbitraries.of(
                Optional.empty(), Optional.of("a.b"), Optional.of("*.b"), Optional.of("*.a.b"), Optional.of("b"));
        return Combinators.combine(patterns, hosts)
                .as((pattern, host) -> new HttpRoute(pattern, host, Set.of(), Map.of()))
                .list()
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.strings().withChars("ab/").ofMaxLength(7).map(text -> "/" + text);
    }

    @Property(tries = 3000)
    void the_index_finds_what_looking_at_each_rule_finds(
            @ForAll("routes") List<HttpRoute> routes, @ForAll("paths") String path, @ForAll("hosts") String host) {
        String expected = "none";
        for (int i = 0; i < routes.size() && expected.equals("none"); i++) {
            expected = matches(routes.get(i), host, path) ? String.valueOf(i) : "none";
        }
        assertEquals(expected, find(index(routes.toArray(HttpRoute[]::new)), host, path));
    }

    @Property(tries = 2000)
    void what_is_kept_of_earlier_rules_finds_what_is_compiled_anew(
            @ForAll("routes") List<HttpRoute> routes,
            @ForAll("routes") List<HttpRoute> others,
            @ForAll @IntRange(max = 12) int kept,
            @ForAll("paths") String path,
            @ForAll("hosts") String host) {
        List<HttpRoute> earlier = new ArrayList<>(routes.subList(0, Math.min(kept, routes.size())));
        earlier.addAll(others);
        RouteIndex before = index(earlier.toArray(HttpRoute[]::new)).withoutTargets();
        HttpRoute[] wanted = routes.toArray(HttpRoute[]::new);
        assertEquals(find(index(wanted), host, path), find(indexAfter(before, wanted), host, path));
    }

    @Provide
    Arbitrary<String> hosts() {
        return Arbitraries.of("a.b", "b", "x.b", "x.a.b", "c");
    }

    private static boolean matches(HttpRoute route, String host, String path) {
        boolean isHost = route.host()
                .map(name -> name.startsWith("*.") ? host.endsWith(name.substring(1)) : host.equals(name))
                .orElse(true);
        String regex = route.pathPattern()
                .orElse("*")
                .chars()
                .mapToObj(c -> c == '*' ? ".*" : Pattern.quote(String.valueOf((char) c)))
                .collect(Collectors.joining());
        return isHost && path.matches(regex);
    }
}
