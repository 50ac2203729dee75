package io.leba.plugin.discovery.dns;

import io.leba.spi.config.Position;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One name with everything that follows from its configuration.
 *
 * @param question what is asked, and whom
 * @param interval how often at most
 * @param ifMissing what its vanishing means
 * @param membership where its backends belong
 */
record DnsSource(Question question, Duration interval, IfMissing ifMissing, Membership membership) {
    /**
     * What is asked.
     *
     * @param port empty exactly for SRV
     * @param servers empty for the system's
     * @param timeout for one answer of one server
     */
    record Question(
            String domain,
            Optional<Integer> port,
            AddressFamily family,
            List<InetSocketAddress> servers,
            Duration timeout) {}

    /**
     * What all backends of the name have in common.
     *
     * @param priority of those that SRV records do not rank lower
     */
    record Membership(Optional<String> protocol, Optional<String> groupName, int priority, Position position) {}
}
