package io.leba.spi.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.control.BackendChange;
import io.leba.spi.control.Change;
import io.leba.spi.control.Plan;
import io.leba.spi.control.Refused;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlValuesTest {
    @Test
    void aRefusalTellsAllItsProblemsInOneLineAndOneByOne() throws Exception {
        Refused refused = new Refused(Refused.Reason.INVALID, List.of("first", "second"));
        assertEquals("first; second", refused.getMessage());
        assertEquals(List.of("first", "second"), refused.problems());
        assertEquals(Refused.Reason.INVALID, refused.reason());
        assertEquals(List.of("one"), new Refused(Refused.Reason.NOT_FOUND, "one").problems());

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(refused);
        Refused read = (Refused) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        assertEquals("first; second", read.getMessage());
        assertEquals(List.of(), read.problems());
    }

    @Test
    void whatAChangeCameToDoesNotChangeAfterwards() {
        List<String> lines = new ArrayList<>(List.of("plugin a 2 replaces 1"));
        Change change = new Change(3, lines);
        lines.clear();
        assertEquals(List.of("plugin a 2 replaces 1"), change.lines());
        assertThrows(UnsupportedOperationException.class, () -> change.lines().clear());
    }

    @Test
    void aPlanKnowsWhetherAndWhomItDisturbs() {
        assertTrue(new Plan(1, List.of(), List.of(), List.of()).changesNothing());
        Plan plan = new Plan(
                1,
                List.of(new Plan.Step(Plan.Kind.FRONTEND, Plan.Action.REMOVE, "web", "")),
                List.of(new Plan.Drain("web", 3), new Plan.Drain("api", 4)),
                List.of(new Plan.Move("app", 0.25)));
        assertFalse(plan.changesNothing());
        assertEquals(7, plan.draining());
        assertThrows(UnsupportedOperationException.class, () -> plan.steps().clear());
    }

    @Test
    void aBackendsGreatestWeightIsThatOfTheConfiguration() {
        assertEquals(65_535, BackendChange.Weight.MAX);
        assertEquals(7, new BackendChange.Weight(7).weight());
        assertEquals(new BackendChange.Drain(), new BackendChange.Drain());
    }
}
