package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.config.Position;
import org.junit.jupiter.api.Test;

class ProblemsTest {
    private final Problems problems = new Problems();

    @Test
    void problems_come_in_the_order_of_files_lines_and_columns() {
        problems.add(new Position("b", 9, 1, ""), "third");
        problems.add(new Position("a", 1, 1, ""), "fourth");
        problems.add(new Position("b", 2, 7, "x"), "second");
        problems.add(new Position("b", 2, 1, ""), "first");
        problems.add(Position.NONE, "nowhere");
        assertEquals("""
                b:2:1: first
                b:2:7 x: second
                b:9:1: third
                a:1:1: fourth
                nowhere
                5 problems""", problems.toString());
    }

    @Test
    void one_problem_is_one_problem() {
        problems.add(new Position("a", 1, 1, ""), "only");
        assertEquals("a:1:1: only\n1 problem", problems.toString());
    }

    @Test
    void more_than_a_thousand_are_counted() {
        for (int i = 0; i < 2005; i++) {
            problems.add(new Position("a", i, 1, ""), "x");
        }
        assertEquals(1000, problems.list().size());
        assertEquals(2005, problems.count());
        assertTrue(problems.toString().endsWith("\nand 1005 more\n2005 problems"));
        Problems all = new Problems();
        all.addAll(problems);
        assertEquals(2005, all.count());
        assertEquals(1000, all.list().size());
    }

    @Test
    void no_problem_is_nothing_to_throw() {
        problems.throwIfAny();
        assertTrue(problems.isEmpty());
        assertThrows(IllegalArgumentException.class, () -> new ConfigException(problems));
    }
}
