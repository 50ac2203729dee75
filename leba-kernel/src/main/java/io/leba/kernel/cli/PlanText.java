package io.leba.kernel.cli;

import io.leba.spi.control.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plan for people, line by line: a step a line, then what it means for keys and connections, then the sum. */
final class PlanText {
    private PlanText() {}

    static List<String> lines(Plan plan) {
        if (plan.changesNothing()) {
            return List.of("nothing would change; generation " + plan.generation() + " keeps serving");
        }
        List<String> lines = new ArrayList<>();
        for (Plan.Step step : plan.steps()) {
            String kind = step.kind().name().toLowerCase(Locale.ROOT);
            String name = kind.equals(step.name()) ? "" : " " + step.name();
            lines.add(sign(step.action()) + " " + kind + name + (step.detail().isEmpty() ? "" : ": " + step.detail()));
        }
        for (Plan.Move move : plan.moves()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "group %s: %s %% of keys move to another backend",
                    move.group(),
                    percent(move.share())));
        }
        for (Plan.Drain drain : plan.drains()) {
            lines.add("frontend " + drain.frontend() + ": " + connections(drain.connections()) + " would drain");
        }
        long draining = plan.draining();
        lines.add(plan.steps().size() + (plan.steps().size() == 1 ? " change" : " changes") + " to generation "
                + plan.generation() + "; " + (draining == 0 ? "no connection" : connections(draining))
                + " would drain");
        return lines;
    }

    private static String sign(Plan.Action action) {
        return switch (action) {
            case ADD -> "+";
            case REMOVE -> "-";
            case CHANGE -> "~";
            case MOVE -> "^";
        };
    }

    private static String percent(double share) {
        return share < 0.001 ? "< 0.1" : String.format(Locale.ROOT, "%.1f", share * 100);
    }

    private static String connections(long count) {
        return count == 1 ? "1 connection" : count + " connections";
    }
}
