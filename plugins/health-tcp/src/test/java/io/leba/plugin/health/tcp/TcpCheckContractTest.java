package io.leba.plugin.health.tcp;

import io.leba.testkit.health.ConversationCheckContract;

class TcpCheckContractTest extends ConversationCheckContract {
    TcpCheckContractTest() {
        super(new TcpCheckPlugin(), "tcp");
    }

    @Override
    protected String yaml() {
        return "{send: \"PING\\r\\n\", expect: \"+PONG\"}";
    }

    @Override
    protected String good() {
        return "+PONG\r\n";
    }

    @Override
    protected String bad() {
        return "-LOADING\r\n";
    }
}
