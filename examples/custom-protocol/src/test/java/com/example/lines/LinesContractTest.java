package com.example.lines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.testkit.node.TcpClient;
import io.leba.testkit.origin.TcpOrigin;
import io.leba.testkit.protocol.ProtocolContract;
import java.io.IOException;

/** What every protocol keeps. */
class LinesContractTest extends ProtocolContract {
    LinesContractTest() {
        super(new LinesPlugin(), "lines");
    }

    @Override
    protected String frontendKeys() {
        return "max_line: 64B";
    }

    @Override
    protected void serve(TcpOrigin.Session session) throws IOException {
        for (String line = session.readLine(); line != null; line = session.readLine()) {
            session.send("got " + line + "\n");
        }
    }

    @Override
    protected String request(int number) {
        return "line " + number + "\n";
    }

    @Override
    protected void expect(TcpClient client, int number) throws IOException {
        assertEquals("got line " + number, client.readLine());
    }
}
