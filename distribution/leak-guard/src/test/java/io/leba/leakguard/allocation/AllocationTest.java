package io.leba.leakguard.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AllocationTest {
    @Test
    void countsWhatIsAllocatedAndNothingElse() {
        Object[] sink = new Object[1];

        assertEquals(0, Allocation.bytes(1000, () -> sink[0] = this));
        assertTrue(Allocation.bytes(1000, () -> sink[0] = new long[10]) >= 80_000);
    }
}
