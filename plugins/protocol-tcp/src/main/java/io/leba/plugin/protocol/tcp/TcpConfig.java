package io.leba.plugin.protocol.tcp;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Range;
import java.time.Duration;
import java.util.Optional;

/**
 * How connections of a frontend are passed on.
 *
 * @param idleTimeout without a byte in either direction
 * @param sessionTimeout in all
 * @param splice whether bytes may bypass the process
 * @param clientHelloTimeout for a TLS hello that rules go by
 */
@Doc("TCP connections, passed on byte by byte to a backend.")
public record TcpConfig(
        @Doc("How long a connection may be without a byte in either direction before it is closed.")
        @Default("10m")
        @Range(min = "1s", max = "30d")
        Duration idleTimeout,

        @Doc(value = "How long a connection may last in all. Without this key, as long as it likes.", example = "8h")
        @Range(min = "1s")
        Optional<Duration> sessionTimeout,

        @Doc("Whether the bytes of bulky transfers are moved inside the operating system (Linux, without TLS): "
                + "`auto` when there are many, or `never`.")
        @Default("auto")
        Splice splice,

        @Doc(
                "How long a client may take to say its TLS hello, where rules go by it. One that has said nothing by then is"
                        + " treated as one without TLS: the server may be the first to speak.")
        @Default("3s")
        @Range(min = "10ms", max = "1m")
        Duration clientHelloTimeout) {
    /** When bytes are moved inside the operating system. */
    public enum Splice {
        /** As soon as a connection turns out to be bulky. */
        AUTO,
        /** Not at all: everything goes through the process. */
        NEVER
    }
}
