package io.leba.plugin.health.grpc;

import io.leba.testkit.health.ConversationCheckContract;

class GrpcCheckContractTest extends ConversationCheckContract {
    GrpcCheckContractTest() {
        super(new GrpcCheckPlugin(), "grpc");
    }

    @Override
    protected String yaml() {
        return "{service: shop.v1.Orders, metadata: {authorization: Bearer abc}}";
    }

    @Override
    protected String good() {
        return ScriptedBackend.SERVING;
    }

    @Override
    protected String bad() {
        return ScriptedBackend.NOT_SERVING;
    }
}
