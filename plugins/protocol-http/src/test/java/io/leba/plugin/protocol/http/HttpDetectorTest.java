package io.leba.plugin.protocol.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.spi.protocol.Detector.Detection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpDetectorTest {
    private static Detection detect(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        Detection detection = new HttpProvider().detector().detect(bytes);
        assertEquals(0, bytes.readerIndex());
        return detection;
    }

    @Test
    void a_request_line_is_recognised_as_soon_as_it_can_be() {
        assertEquals(Detection.YES, detect("GET / HTTP/1.1\r\n"));
        assertEquals(Detection.YES, detect("GET /"));
        assertEquals(Detection.YES, detect("M-SEARCH *"));
        assertEquals(Detection.YES, detect("\r\nPOST h"));
        assertEquals(Detection.YES, detect("PRI /"));
        assertEquals(Detection.YES, detect("PRI * HTTP/2.0\r\n"));
        for (String begun : new String[] {"G", "GET", "GET ", "\r", "\r\n", "\r\nG", "PRI ", "PRI * HT"}) {
            assertEquals(Detection.MORE, detect(begun), begun);
        }
    }

    @Test
    void what_is_not_a_request_line_is_refused_as_soon_as_it_can_be() {
        for (String other : new String[] {
            "\u0016\u0003\u0001",
            "\0\0\0\u0008\u0004\u00d2\u0016\u002f",
            "GET\t/",
            "GET  ",
            "220 ready",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "\rG",
            " GET"
        }) {
            assertEquals(Detection.NO, detect(other), other);
        }
    }
}
