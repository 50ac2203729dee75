package io.leba.kernel.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.protocol.BufferBudget;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BufferLedgerTest {
    private final AtomicLong direct = new AtomicLong();
    private final BufferLedger ledger = new BufferLedger(direct::get, 2);
    private final BufferBudget one = ledger.of(0);
    private final BufferBudget other = ledger.of(1);

    private void observe(long bytes) {
        direct.set(bytes);
        ledger.observe();
    }

    @Test
    void buffers_and_what_every_loop_says_are_held_together() {
        ledger.budget(800);
        one.held(100);
        other.held(30);
        other.held(-10);
        observe(200);
        assertEquals(320, ledger.held());
        assertFalse(one.isSpent());
    }

    @Test
    void connections_wait_first_and_requests_are_refused_later() {
        ledger.budget(800);
        observe(600);
        assertFalse(ledger.isShort());
        observe(601);
        assertTrue(ledger.isShort());
        assertFalse(one.isSpent());
        observe(801);
        assertTrue(one.isSpent());
        assertTrue(other.isSpent());
        assertEquals(1, ledger.spells());
    }

    @Test
    void it_does_not_flutter_at_its_edges() {
        ledger.budget(800);
        observe(801);
        observe(701);
        assertTrue(one.isSpent());
        observe(700);
        assertFalse(one.isSpent());
        assertTrue(ledger.isShort());
        observe(501);
        assertTrue(ledger.isShort());
        observe(500);
        assertFalse(ledger.isShort());
        assertEquals(1, ledger.spells());
    }
}
