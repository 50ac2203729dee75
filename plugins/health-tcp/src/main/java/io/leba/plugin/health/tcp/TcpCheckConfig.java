package io.leba.plugin.health.tcp;

import io.leba.spi.config.Doc;
import io.leba.spi.config.Range;
import java.util.Optional;

/** What is said and what is expected; with neither, a connection is enough. */
@Doc("The backend is up if it accepts a connection and, where that is asked for, answers as expected.")
record TcpCheckConfig(
        @Doc(
                value = "Sent after connecting, as UTF-8. Without `expect`, any answer means up.",
                example = "\"PING\\r\\n\"")
        @Range(min = "1", max = "4096")
        Optional<String> send,

        @Doc(
                value =
                        "Text, as UTF-8, that the first 64 KiB of the answer must contain. Without `send`, the backend speaks first.",
                example = "+PONG")
        @Range(min = "1", max = "4096")
        Optional<String> expect) {}
