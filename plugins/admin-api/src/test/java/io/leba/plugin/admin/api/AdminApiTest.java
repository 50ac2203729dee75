package io.leba.plugin.admin.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.control.AdminEndpoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class AdminApiTest extends AdminApiFixture {
    @Test
    void aliveIsAnsweredWhileTheNodeIsNotReady() throws Exception {
        control.ready = false;
        assertEquals(200, get("/healthz").statusCode());
        assertEquals(200, get("/livez").statusCode());
        assertEquals(503, get("/readyz").statusCode());
        control.ready = true;
        assertEquals(200, get("/readyz").statusCode());
        assertEquals("ready\n", get("/readyz").body());
    }

    @Test
    void theStateIsJsonWithSnakeCaseKeys() throws Exception {
        HttpResponse<String> response = get("/api/v1/state");
        assertEquals(
                "application/json",
                response.headers().firstValue("content-type").orElseThrow());
        assertEquals(
                "{\"node_id\":\"node<1>\",\"version\":\"0.1.0\",\"generation\":7,\"ready\":true,\"uptime_millis\":1500,"
                        + "\"frontends\":[{\"name\":\"web\",\"protocol\":\"http\",\"address\":\"0.0.0.0:5000\","
                        + "\"connections\":2,\"exchanges\":30}],"
                        + "\"groups\":[{\"name\":\"app\",\"protocol\":\"http\",\"algorithm\":\"round-robin\","
                        + "\"backends\":[{\"name\":\"a\",\"address\":\"127.0.0.1:9001\",\"weight\":1,\"weight_override\":null,\"effective_weight\":0,\"admin\":\"ready\",\"health\":\"down\","
                        + "\"reason\":\"connection \\\"refused\\\"\",\"in_flight\":0,\"exchanges\":30,\"failures\":2,"
                        + "\"idle_connections\":1}]}]}\n",
                response.body());
    }

    @Test
    void thePluginsAreListed() throws Exception {
        assertEquals(
                "{\"plugins\":[{\"id\":\"io.leba.plugin.x\",\"version\":\"1.0\",\"state\":\"started\","
                        + "\"provides\":[\"balancer round-robin\"],\"jar\":\"x.jar\",\"problem\":\"\"}]}\n",
                get("/api/v1/plugins").body());
    }

    @Test
    void anEndpointIsServedAsSoonAsItIsPublishedAndNoLonger() throws Exception {
        assertEquals(404, get("/metrics").statusCode());
        AtomicReference<AdminEndpoint.Request> seen = new AtomicReference<>();
        AdminEndpoint endpoint = endpoint("/metrics", request -> {
            seen.set(request);
            return new AdminEndpoint.Answer(
                    200, "text/plain; version=0.0.4", "up 1\n".getBytes(StandardCharsets.UTF_8));
        });
        control.endpoints.add(endpoint);
        HttpResponse<String> response = get("/metrics?name%5B%5D=a+b&name%5B%5D=c&flag", "Accept", "text/plain");
        assertEquals("up 1\n", response.body());
        assertEquals(
                "text/plain; version=0.0.4",
                response.headers().firstValue("content-type").orElseThrow());
        assertEquals(List.of("a b", "c"), seen.get().query().get("name[]"));
        assertEquals(List.of(""), seen.get().query().get("flag"));
        assertEquals(List.of("text/plain"), seen.get().headers().get("accept"));
        control.endpoints.clear();
        assertEquals(404, get("/metrics").statusCode());
    }

    @Test
    void anEndpointCannotHideAPageOfTheAddressItself() throws Exception {
        control.endpoints.add(
                endpoint("/healthz", request -> new AdminEndpoint.Answer(500, "text/plain", new byte[0])));
        assertEquals(200, get("/healthz").statusCode());
    }

    @Test
    void aPageThatThrowsIsAnAnswerOf500AndTheNextRequestIsServed() throws Exception {
        control.endpoints.add(endpoint("/broken", request -> {
            throw new IOException("no");
        }));
        HttpResponse<String> response = get("/broken");
        assertEquals(500, response.statusCode());
        assertFalse(response.body().contains("IOException"), response.body());
        assertEquals(200, get("/healthz").statusCode());
    }

    @Test
    void theIndexListsEveryPageWithItsTitleEscaped() throws Exception {
        control.endpoints.add(endpoint("/metrics", "Metrics <b>&\"'", request -> null));
        HttpResponse<String> response = get("/");
        assertEquals(200, response.statusCode());
        assertEquals(
                "text/html; charset=utf-8",
                response.headers().firstValue("content-type").orElseThrow());
        String page = response.body();
        for (String path : List.of("/healthz", "/readyz", "/api/v1/state", "/api/v1/plugins", "/metrics")) {
            assertTrue(page.contains("<a href=\"" + path + "\">"), path);
        }
        assertTrue(page.contains("Metrics &lt;b&gt;&amp;&quot;&#39;"), page);
        assertTrue(page.contains("node&lt;1&gt;"), page);
        assertTrue(page.contains("<html lang=\"en\">") && page.contains("<caption>") && page.contains("scope=\"col\""));
        control.ready = false;
        assertTrue(get("/").body().contains("not ready"));
    }

    @Test
    void aHeadHasTheLengthOfTheGetAndNoBody() throws Exception {
        HttpResponse<String> head = client.send(
                HttpRequest.newBuilder(uri("/healthz")).method("HEAD", noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, head.statusCode());
        assertEquals("3", head.headers().firstValue("content-length").orElseThrow());
        assertEquals("", head.body());
    }

    @Test
    void otherMethodsAreRefusedWithWhatIsAllowed() throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "PATCH")) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(uri("/healthz"))
                            .method(method, HttpRequest.BodyPublishers.ofString("x"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(405, response.statusCode(), method);
            assertEquals("GET, HEAD", response.headers().firstValue("allow").orElseThrow());
        }
    }

    @Test
    void everyAnswerForbidsSniffingFramingCachingAndForeignUse() throws Exception {
        for (String path : List.of("/", "/healthz", "/nothing")) {
            HttpResponse<String> response = get(path, "Origin", "http://evil.example");
            assertEquals(
                    "nosniff",
                    response.headers().firstValue("x-content-type-options").orElseThrow());
            assertEquals(
                    "DENY", response.headers().firstValue("x-frame-options").orElseThrow());
            assertEquals(
                    "no-store", response.headers().firstValue("cache-control").orElseThrow());
            assertEquals(
                    "no-referrer",
                    response.headers().firstValue("referrer-policy").orElseThrow());
            assertTrue(response.headers()
                    .firstValue("content-security-policy")
                    .orElseThrow()
                    .startsWith("default-src 'none'; style-src 'sha256-"));
            assertTrue(
                    response.headers().firstValue("access-control-allow-origin").isEmpty());
        }
    }

    @Test
    void aBadQueryIsAnAnswerOf400() throws Exception {
        assertTrue(raw("GET /healthz?a=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 400"));
    }

    @Test
    void onlyTheExactPathIsAPage() throws Exception {
        assertEquals(404, get("/healthz/").statusCode());
        assertEquals(404, get("/api/v1/state/x").statusCode());
        assertEquals(404, get("/api").statusCode());
    }

    @Test
    void aLongAnswerIsCompressedForThoseWhoTakeIt() throws Exception {
        String text = "leba_requests_total 1\n".repeat(500);
        control.endpoints.add(endpoint(
                "/metrics",
                request -> new AdminEndpoint.Answer(200, "text/plain", text.getBytes(StandardCharsets.UTF_8))));
        HttpResponse<byte[]> zipped = client.send(
                HttpRequest.newBuilder(uri("/metrics"))
                        .header("Accept-Encoding", "br, gzip;q=0.5")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertEquals("gzip", zipped.headers().firstValue("content-encoding").orElseThrow());
        assertTrue(zipped.body().length < text.length() / 10);
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertEquals(text, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals(text, get("/metrics").body());
        assertEquals(text, get("/metrics", "Accept-Encoding", "gzip;q=0").body());
    }
}
