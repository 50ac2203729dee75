package io.leba.plugin.filter.compression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.HttpOrigin;
import io.leba.testkit.origin.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Seen from outside. */
class CompressedNodeTest {
    private static final String TEXT = "All work and no play. ".repeat(20_000);

    @Test
    void aClientThatAsksGetsLessAndReadsTheSame() throws Exception {
        try (HttpOrigin origin =
                        HttpOrigin.answering(request -> Reply.text(200, TEXT).header("ETag", "\"1\""));
                TestNode node = TestNode.start("""
                        event_loops: 1
                        shutdown_timeout: 1s
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: 0, compression: {}}
                        backends:
                          - {address: 127.0.0.1, port: %d, protocol: http}
                        """.formatted(origin.port()))) {
            HttpURLConnection less = ask(node, "GET", "gzip");
            byte[] sent = less.getInputStream().readAllBytes();
            assertEquals("gzip", less.getHeaderField("Content-Encoding"));
            assertEquals("W/\"1\"", less.getHeaderField("ETag"));
            assertTrue(sent.length < TEXT.length() / 50, sent.length + " bytes");
            byte[] read = new GZIPInputStream(new ByteArrayInputStream(sent)).readAllBytes();
            assertEquals(TEXT, new String(read, StandardCharsets.UTF_8));

            HttpURLConnection plain = ask(node, "GET", "br");
            assertEquals(TEXT, new String(plain.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals("Accept-Encoding", plain.getHeaderField("Vary"));

            HttpURLConnection head = ask(node, "HEAD", "gzip");
            assertEquals(200, head.getResponseCode());
            assertEquals("gzip", head.getHeaderField("Content-Encoding"));
            assertNull(head.getHeaderField("Content-Length"), "of the plain body it would be");
        }
    }

    private static HttpURLConnection ask(TestNode node, String method, String coding) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + node.address().getPort() + "/");
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Accept-Encoding", coding);
        connection.setReadTimeout(10_000);
        return connection;
    }
}
