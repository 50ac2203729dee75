package io.leba.plugin.protocol.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.testkit.node.TcpClient;
import io.leba.testkit.origin.TcpOrigin;
import io.leba.testkit.protocol.ProtocolContract;
import java.io.IOException;

class HttpContractTest extends ProtocolContract {
    HttpContractTest() {
        super(new HttpPlugin(), "http");
    }

    @Override
    protected void serve(TcpOrigin.Session session) throws IOException {
        for (String start = session.readLine(); start != null; start = session.readLine()) {
            for (String field = session.readLine(); !field.isEmpty(); field = session.readLine()) {
                // what it is asked is in the first line
            }
            String body = start.split(" ")[1];
            session.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    @Override
    protected String request(int number) {
        return "GET /" + number + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    @Override
    protected void expect(TcpClient client, int number) throws IOException {
        String head = client.readUntil("\r\n\r\n");
        String body = "/" + number;
        assertTrue(head.startsWith("HTTP/1.1 200 "), head);
        assertEquals(body, new String(client.read(body.length()), java.nio.charset.StandardCharsets.US_ASCII));
    }
}
