package io.leba.plugin.discovery.dns;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * What a name stands for now.
 *
 * @param places in a stable order, whatever the order of the answer
 * @param timeToLive how long the answer holds; zero if that is not said
 */
record Found(List<Place> places, Duration timeToLive) {
    /**
     * One backend to be.
     *
     * @param host the name that the address belongs to
     * @param rank 0 for the first of the SRV priorities, 1 for the next, …
     */
    record Place(String host, InetAddress address, int port, int weight, int rank) {}
}
