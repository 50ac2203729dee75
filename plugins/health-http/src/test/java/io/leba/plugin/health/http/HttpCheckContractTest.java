package io.leba.plugin.health.http;

import io.leba.testkit.health.ConversationCheckContract;

class HttpCheckContractTest extends ConversationCheckContract {
    HttpCheckContractTest() {
        super(new HttpCheckPlugin(), "http");
    }

    @Override
    protected String yaml() {
        return "{path: /healthz, body_contains: ok}";
    }

    @Override
    protected String good() {
        return "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n";
    }

    @Override
    protected String bad() {
        return "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
    }
}
