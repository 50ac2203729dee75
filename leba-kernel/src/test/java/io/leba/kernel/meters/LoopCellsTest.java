package io.leba.kernel.meters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.spi.LoopCounter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopCellsTest {
    @Test
    void keepsTheNumbersOfLoopsApart() {
        LoopCells cells = new LoopCells(3);
        cells.add(0, 0, 1);
        cells.add(1, 0, 10);
        cells.add(2, 0, 100);
        cells.add(2, LoopCells.WIDTH - 1, 7);

        assertEquals(1, cells.get(0, 0));
        assertEquals(10, cells.get(1, 0));
        assertEquals(111, cells.sum(0));
        assertEquals(7, cells.sum(LoopCells.WIDTH - 1));
        assertEquals(0, cells.sum(1));
    }

    @Test
    void losesNothingWhenEachLoopWritesItsOwn() throws Exception {
        int loops = 4;
        LoopCounter counter = new PaddedLoopCounter(loops);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            int loop = i;
            threads.add(new Thread(() -> {
                for (int n = 0; n < 100_000; n++) {
                    counter.add(loop, 1);
                    if (n % 100 == 0) {
                        counter.addShared(1);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertEquals(loops * 101_000L, counter.sum());
    }
}
