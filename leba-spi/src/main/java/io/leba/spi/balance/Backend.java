package io.leba.spi.balance;

import java.net.InetSocketAddress;
import java.util.Map;

/**
 * One server, as the kernel knows it: an identity with its counters that outlives generations. Any thread may read it.
 */
public interface Backend {
    /** Its name, unique in its group; {@code address:port} unless configured. */
    String name();

    /** The group's name. */
    String group();

    /** Where it listens; resolved. */
    InetSocketAddress address();

    /** The configured weight. */
    int weight();

    /** 0 is used first; a higher number only if the lower ones are not available. */
    int priority();

    /** Free-form labels from the configuration or discovery. */
    Map<String, String> labels();

    /** Exchanges in flight now. */
    int inFlight();
}
