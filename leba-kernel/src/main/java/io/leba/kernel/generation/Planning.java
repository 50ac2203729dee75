package io.leba.kernel.generation;

import io.leba.kernel.traffic.Frontend;
import io.leba.spi.OnControl;
import io.leba.spi.control.Plan;
import io.leba.spi.control.Plan.Drain;
import io.leba.spi.protocol.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes a {@link Plan} of a generation that is built and will be dropped. */
@OnControl
final class Planning {
    private final Generation before;
    private final Prepared after;

    /** @param before the one that serves; null if none does yet */
    Planning(Generation before, Prepared after) {
        this.before = before == null ? Generation.nothingBefore(after.generation()) : before;
        this.after = after;
    }

    /** Whether both do the same. */
    boolean changesNothing() {
        return Comparison.doTheSame(before, after.generation());
    }

    Plan plan(Services services, SharedCluster cluster) {
        return new Plan(
                before.number(),
                Comparison.steps(before, after.generation()),
                drains(),
                new KeyMoves(services, cluster).between(before, after.generation()));
    }

    /** Connections that belong to protocol instances that would not serve on their frontend any more. */
    private List<Drain> drains() {
        Map<String, Set<Protocol>> kept = after.protocols();
        List<Drain> drains = new ArrayList<>();
        for (Generation.Listening one : before.frontends().values()) {
            Frontend frontend = one.frontend();
            long connections = frontend.connectionsWithout(kept.getOrDefault(frontend.name(), Set.of()));
            if (connections > 0) {
                drains.add(new Drain(frontend.name(), connections));
            }
        }
        return drains;
    }
}
