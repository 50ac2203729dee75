package io.leba.plugin.filter.headers;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Matches;

/** The keys below {@code request_id}. */
@Doc("Gives each request an id that backends, logs and the client can speak of.")
record RequestIdConfig(
        @Doc("The field.")
        @Default("X-Request-ID")
        @Matches(value = "[A-Za-z][A-Za-z0-9-]*", expected = "a header name such as X-Request-ID")
        String header,

        @Doc(
                "Whether an id that the client sent is kept: 1 to 128 letters, digits and `-_.:/+=@`. Anything else is replaced.")
        @Default("true")
        boolean keep,

        @Doc("Whether the client is told.") @Default("true") boolean response) {}
