package io.leba.spi.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlValuesTest {
    @Test
    void aRefusalCarriesEachProblemAndSaysAllInItsMessage() {
        Refused refused = new Refused(Refused.Reason.INVALID, List.of("a: wrong", "b: wrong too"));
        assertEquals(Refused.Reason.INVALID, refused.reason());
        assertEquals(List.of("a: wrong", "b: wrong too"), refused.problems());
        assertEquals("a: wrong; b: wrong too", refused.getMessage());
        assertEquals(List.of("no"), new Refused(Refused.Reason.CONFLICT, "no").problems());
    }

    @Test
    void aRefusalSurvivesSerialisationWithItsReasonAndMessage() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new Refused(Refused.Reason.FAILED, "disk full"));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            Refused read = (Refused) in.readObject();
            assertEquals(Refused.Reason.FAILED, read.reason());
            assertEquals("disk full", read.getMessage());
            assertEquals(List.of(), read.problems());
        }
    }

    @Test
    void aChangeKeepsItsLinesAsTheyWere() {
        List<String> lines = new ArrayList<>(List.of("plugin x added"));
        Change change = new Change(3, lines);
        lines.clear();
        assertEquals(List.of("plugin x added"), change.lines());
        assertThrows(UnsupportedOperationException.class, () -> change.lines().add("y"));
    }

    @Test
    void aPlanKeepsItsListsAndAddsUpWhatDrains() {
        List<Plan.Step> steps = new ArrayList<>();
        Plan nothing = new Plan(1, steps, List.of(), List.of());
        steps.add(new Plan.Step(Plan.Kind.ROUTE, Plan.Action.ADD, "r", ""));
        assertTrue(nothing.changesNothing());
        assertEquals(0, nothing.draining());
        Plan something = new Plan(
                1,
                steps,
                List.of(new Plan.Drain("web", 3), new Plan.Drain("api", 4)),
                List.of(new Plan.Move("app", 0.25)));
        assertFalse(something.changesNothing());
        assertEquals(7, something.draining());
    }

    @Test
    void aWeightHasARange() {
        assertEquals(65_535, BackendChange.Weight.MAX);
        assertEquals(7, new BackendChange.Weight(7).weight());
        assertEquals(new BackendChange.Drain(), new BackendChange.Drain());
    }
}
