package io.leba.kernel.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.config.Problems;
import io.leba.spi.config.Position;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ObtainingTest {
    private static final Position PLACE = new Position("leba.yaml", 3, 5, "rate_limit");

    private final Problems problems = new Problems();
    private final Obtaining obtaining = new Obtaining(null, problems);

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private Object failing(Throwable thrown) {
        return obtaining.guarded(PLACE, () -> {
            ObtainingTest.<RuntimeException>sneak(thrown);
            return "made";
        });
    }

    @Test
    void whateverAPluginThrowsIsAProblemAtItsPlace() {
        assertNull(failing(new IOException("an exception that it does not declare")));
        assertNull(failing(new AssertionError("an error")));
        assertNull(failing(new StackOverflowError()));
        assertEquals(3, problems.count());
        assertTrue(
                problems.toString()
                        .contains("leba.yaml:3:5 rate_limit: the plugin failed to make it: java.io.IOException: an"
                                + " exception that it does not declare"),
                problems::toString);
    }

    @Test
    void aProcessInTroubleIsNotTakenForAPluginInTrouble() {
        assertThrows(OutOfMemoryError.class, () -> failing(new OutOfMemoryError("made up")));
        assertEquals(0, problems.count());
    }
}
