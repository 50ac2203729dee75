package io.leba.kernel.contain;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private static StackTraceElement frame(String module, String version, String type) {
        return new StackTraceElement("app", module, version, type, "call", type + ".java", 1);
    }

    @Test
    void thePluginUppermostOnTheStackIsToBlame() {
        assertEquals(
                " by plugin com.example.slow 1.2 in com.example.slow.Filter.call",
                Watchdog.culprit(List.of(
                        frame("java.base", "17", "java.lang.Thread"),
                        frame("com.example.slow", "1.2", "com.example.slow.Filter"),
                        frame("io.leba.plugin.protocol.http", "0.1.0", "io.leba.plugin.protocol.http.Exchange"),
                        frame("io.netty.transport", "4", "io.netty.channel.X"))));
        assertEquals("", Watchdog.culprit(List.of(frame("java.base", "17", "java.lang.Thread"))));
    }

    /** What a loop's thread may be found at; gives back only when it is told to. */
    private interface Work {
        void until(BooleanSupplier isReleased) throws Exception;
    }

    private final AtomicBoolean isReleased = new AtomicBoolean();

    private Watchdog.Watched working(Work work) {
        long born = System.nanoTime();
        Thread thread = new Thread(() -> {
            try {
                work.until(isReleased::get);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return new Watchdog.Watched() {
            @Override
            public long lastSignNanos() {
                return isReleased.get() ? System.nanoTime() : born;
            }

            @Override
            public Thread thread() {
                return thread;
            }

            @Override
            public String name() {
                return "something";
            }
        };
    }

    private void assertFound(Work work) {
        try (Watchdog watchdog = new Watchdog(List.of(working(work)))) {
            watchdog.start();
            await().until(() -> watchdog.blocks() == 1);
            isReleased.set(true);
            await().during(Duration.ofMillis(500)).until(() -> watchdog.blocks() == 1);
        } finally {
            isReleased.set(true);
        }
    }

    @Test
    void whoWaitsForAnotherThreadIsFound() {
        assertFound(isReleased -> {
            while (!isReleased.getAsBoolean()) {
                LockSupport.parkNanos(100_000_000);
            }
        });
    }

    @Test
    void whoComputesIsFound() {
        assertFound(isReleased -> {
            while (!isReleased.getAsBoolean()) {
                Thread.onSpinWait();
            }
        });
    }

    @Test
    void whoWaitsInASystemCallIsFound() {
        assertFound(isReleased -> {
            try (ServerSocket nobodyComes = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                nobodyComes.setSoTimeout(5_000);
                while (!isReleased.getAsBoolean()) {
                    try {
                        nobodyComes.accept().close();
                    } catch (SocketTimeoutException e) {
                        continue;
                    }
                }
            }
        });
    }

    @Test
    void oneInATaskIsHeldAndOneThatIsIdleOrGetsNoTimeIsNot() {
        List<StackTraceElement> task = List.of(called("com.example.slow.Filter"), called("io.netty.channel.X"));
        List<StackTraceElement> call = List.of(entered("sun.nio.ch.Net"), called("com.example.slow.Filter"));
        List<StackTraceElement> idle = List.of(entered("io.netty.channel.epoll.Native"), called("java.lang.Thread"));

        assertTrue(isHeld(Thread.State.WAITING, task, 0), "at another thread's");
        assertTrue(isHeld(Thread.State.BLOCKED, task, 0), "at a monitor");
        assertTrue(isHeld(Thread.State.TIMED_WAITING, task, 0), "asleep");
        assertTrue(isHeld(Thread.State.TERMINATED, List.of(), 0), "at its end");
        assertTrue(isHeld(Thread.State.RUNNABLE, task, 250), "computing");
        assertTrue(isHeld(Thread.State.RUNNABLE, idle, 250), "computing, and what is native returns at once");
        assertTrue(isHeld(Thread.State.RUNNABLE, call, 1), "in a system call");
        assertFalse(isHeld(Thread.State.RUNNABLE, call, 50), "in and out of system calls");
        assertFalse(isHeld(Thread.State.RUNNABLE, task, 50), "given little time");
        assertFalse(isHeld(Thread.State.RUNNABLE, task, 0), "given none");
        assertFalse(isHeld(Thread.State.RUNNABLE, idle, 0), "waiting for events");
    }

    private static boolean isHeld(Thread.State state, List<StackTraceElement> stack, long computedMillis) {
        Glance before = new Glance(state, stack, 7_000_000_000L);
        return new Glance(state, stack, 7_000_000_000L + computedMillis * 1_000_000).isHeld(before, before);
    }

    private static StackTraceElement called(String type) {
        return new StackTraceElement(type, "call", type + ".java", 1);
    }

    /** A native method's. */
    private static StackTraceElement entered(String type) {
        return new StackTraceElement(type, "call", type + ".java", -2);
    }

    @Test
    void whoWaitsForEventsIsNotBlockedHoweverLateItsTickIs() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Thread loop = group.next().submit(Thread::currentThread).get(30, TimeUnit.SECONDS);
        AtomicInteger looks = new AtomicInteger();
        long born = System.nanoTime();
        try (Watchdog watchdog = new Watchdog(List.of(new Watchdog.Watched() {
            @Override
            public long lastSignNanos() {
                looks.incrementAndGet();
                return born;
            }

            @Override
            public Thread thread() {
                return loop;
            }

            @Override
            public String name() {
                return "an idle loop";
            }
        }))) {
            watchdog.start();
            await().until(() -> looks.get() > 10);
            assertEquals(0, watchdog.blocks());
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
