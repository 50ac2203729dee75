package io.leba.kernel.generation;

import io.leba.kernel.generation.Instances.Instance;
import io.leba.spi.OnControl;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The services of the generation that serves, and those replaced ones that still have connections. */
@OnControl
final class ServiceLines {
    private List<ServiceLine> current = List.of();
    private final List<Leaving> leaving = new ArrayList<>();

    /** A replaced service, and when its connections are closed. */
    private record Leaving(ServiceLine line, long deadlineNanos) {}

    /** A generation with these services was published: the others are drained. */
    void serve(List<ServiceLine> next, long deadlineNanos) {
        for (ServiceLine line : current) {
            if (!next.contains(line)) {
                line.drain();
                leaving.add(new Leaving(line, deadlineNanos));
            }
        }
        current = List.copyOf(next);
    }

    /** The replaced services that still have connections; what is over its time is closed first. */
    Set<Instance> inUse(long nowNanos) {
        Set<Instance> inUse = new HashSet<>();
        leaving.removeIf(one -> {
            int connections = one.line().connections();
            if (connections == 0) {
                return true;
            }
            if (nowNanos - one.deadlineNanos() >= 0) {
                Generations.LOGGER.warn(
                        "service {}: {} connections are still open after the drain timeout; closed",
                        one.line().instance().path(),
                        connections);
                one.line().closeConnections();
            }
            inUse.add(one.line().instance());
            return false;
        });
        return inUse;
    }

    /** Tells the services of the generation that serves to end their connections, because the node stops. */
    void drain() {
        current.forEach(ServiceLine::drain);
    }
}
