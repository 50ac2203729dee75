package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A backend that answers before it has all of a request, and goes. */
class EarlyAnswerTest {
    /** The answer and the reset are there before LEBA sends on: the write fails while the answer is still unread. */
    @Test
    void an_answer_is_read_although_the_backend_takes_no_more() {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            CountDownLatch gone = new CountDownLatch(1);
            CountDownLatch answer = new CountDownLatch(1);
            Origin.Script script = connection -> {
                connection.readHead();
                try {
                    answer.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                connection.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
                connection.reset();
                gone.countDown();
            };
            try (Origin origin = Origin.with(script);
                    Proxy proxy = Proxy.onNio().start(origin.address());
                    RawClient client = new RawClient(proxy.address())) {
                client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\n");
                Eventually.until(() -> origin.received().endsWith("\r\n\r\n"));
                // Both sides have something to be read when the loop goes on; the client's comes first or second.
                proxy.kernel().loop().run(() -> {
                    answer.countDown();
                    client.send("x".repeat(50_000));
                    try {
                        gone.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
                statuses.add(client.response().status());
            }
        }
        assertEquals(Collections.nCopies(30, 413), statuses);
    }
}
