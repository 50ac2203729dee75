package com.example.redisping;

import io.leba.spi.config.Doc;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Secret;
import java.util.Optional;

/** The keys beside {@code type: redis-ping}. */
@Doc("Up is a Redis that answers PING with PONG: not one that is loading, or wants a password that it does not get.")
record RedisPingConfig(
        @Doc(value = "The password, if Redis wants one.", example = "${REDIS_PASSWORD}")
        @Secret
        @Matches(value = "[\\x21-\\x7e]+", expected = "printable ASCII without spaces")
        Optional<String> password) {}
