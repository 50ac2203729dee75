package io.leba.testkit.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.testkit.ToyModule;
import io.leba.testkit.node.TcpClient;
import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.TcpOrigin;
import java.io.IOException;

/** A protocol of lines passes. */
class ProtocolContractTest extends ProtocolContract {
    ProtocolContractTest() {
        super(ToyModule.plugin(), "line");
    }

    @Override
    protected TestNode.Builder builder() {
        return TestNode.builder().plugin(ToyModule.folder());
    }

    @Override
    protected String frontendKeys() {
        return "prefix: \"> \"";
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
        assertEquals("> got line " + number, client.readLine());
    }
}
