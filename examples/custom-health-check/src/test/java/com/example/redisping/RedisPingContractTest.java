package com.example.redisping;

import io.leba.testkit.health.ConversationCheckContract;

/** What every check that is a conversation keeps. */
class RedisPingContractTest extends ConversationCheckContract {
    RedisPingContractTest() {
        super(new RedisPingPlugin(), "redis-ping");
    }

    @Override
    protected String yaml() {
        return "password: sesame";
    }

    @Override
    protected String good() {
        return "+OK\r\n+PONG\r\n";
    }

    @Override
    protected String bad() {
        return "+OK\r\n-LOADING Redis is loading the dataset in memory\r\n";
    }
}
