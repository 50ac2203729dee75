import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Drives a steady load through a LEBA and upgrades it meanwhile. Clients keep their connections, or make one for each
 * request; nothing is tried twice. Started by examples/bench/upgrade; a single source file for 'java'.
 *
 * <p>Arguments: LEBA's port, the backend's port, keeping clients, connecting clients, think time in microseconds, seconds
 * without upgrades, how many upgrades, then the command that makes one upgrade.
 */
final class UpgradeLoad {
    private static final byte[] BODY = "x".repeat(1024).getBytes(StandardCharsets.US_ASCII);
    private static final int BUCKETS = 64 * 32;

    private final int port;
    private final long thinkNanos;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile Phase phase = new Phase();
    private volatile boolean stopped;

    private UpgradeLoad(int port, long thinkNanos) {
        this.port = port;
        this.thinkNanos = thinkNanos;
    }

    /** What was counted in a stretch of time. Latencies are in buckets of at most 1/32 width. */
    private static final class Phase {
        final long began = System.nanoTime();
        final AtomicLong requests = new AtomicLong();
        final AtomicLong connections = new AtomicLong();
        final AtomicLong failed = new AtomicLong();
        final AtomicLongArray latencies = new AtomicLongArray(BUCKETS);

        void took(long nanos) {
            requests.incrementAndGet();
            int power = 63 - Long.numberOfLeadingZeros(Math.max(32, nanos));
            latencies.incrementAndGet(power * 32 + (int) (nanos >>> power - 5 & 31));
        }

        double millis(double quantile) {
            long rank = (long) Math.ceil(quantile * requests.get());
            for (int i = 0; i < BUCKETS; i++) {
                rank -= latencies.get(i);
                if (rank <= 0) {
                    int power = i / 32;
                    return ((32L + i % 32 + 1) << power - 5) / 1e6;
                }
            }
            return 0;
        }

        String row(String name) {
            return String.format(Locale.ROOT, "| %s | %.0f | %d | %d | %d | %.2f | %.2f | %.1f |",
                    name, (System.nanoTime() - began) / 1e9, requests.get(), connections.get(), failed.get(),
                    millis(0.5), millis(0.99), millis(1));
        }
    }

    public static void main(String[] arguments) throws Exception {
        int backendPort = Integer.parseInt(arguments[1]);
        int keeping = Integer.parseInt(arguments[2]);
        int connecting = Integer.parseInt(arguments[3]);
        int seconds = Integer.parseInt(arguments[5]);
        int upgrades = Integer.parseInt(arguments[6]);
        List<String> command = List.of(arguments).subList(7, arguments.length);
        UpgradeLoad load = new UpgradeLoad(Integer.parseInt(arguments[0]), Long.parseLong(arguments[4]) * 1000);
        load.serve(backendPort);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < keeping + connecting; i++) {
            boolean keeps = i < keeping;
            Thread client = new Thread(() -> load.run(keeps), keeps ? "keeping" : "connecting");
            client.setDaemon(true);
            client.start();
            clients.add(client);
        }
        TimeUnit.SECONDS.sleep(Math.min(10, seconds)); // warm
        load.phase = new Phase();
        TimeUnit.SECONDS.sleep(seconds);
        System.out.println("| phase | seconds | requests | connections | failed | p50 ms | p99 ms | longest ms |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        Phase without = load.phase;
        load.phase = new Phase();
        System.out.println(without.row("without"));
        long longest = 0;
        long sum = 0;
        for (int i = 1; i <= upgrades; i++) {
            long began = System.nanoTime();
            Process upgrade = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.PIPE)
                    .start();
            String said = new String(upgrade.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (upgrade.waitFor() != 0) {
                System.out.println("upgrade " + i + " failed: " + said);
                System.exit(1);
            }
            long took = System.nanoTime() - began;
            longest = Math.max(longest, took);
            sum += took;
            System.err.println("upgrade " + i + ": " + said.lines().findFirst().orElse("") + ", " + took / 1_000_000
                    + " ms; failed so far " + load.failures.size());
            TimeUnit.SECONDS.sleep(3); // the earlier process drains
        }
        System.out.println(load.phase.row("with " + upgrades + " upgrades"));
        load.stopped = true;
        for (Thread client : clients) {
            client.join(30_000);
        }
        System.out.printf(Locale.ROOT, "%nAn upgrade took %.0f ms on average, %.0f ms at most, from the command to its answer.%n",
                sum / 1e6 / upgrades, longest / 1e6);
        load.failures.stream().limit(10).forEach(failure -> System.out.println("failed: " + failure));
        System.exit(load.failures.isEmpty() ? 0 : 1);
    }

    private void run(boolean keeps) {
        byte[] request = ("GET /upgrade HTTP/1.1\r\nHost: bench\r\n" + (keeps ? "" : "Connection: close\r\n") + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        while (!stopped) {
            long served = 0;
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                phase.connections.incrementAndGet();
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(20_000);
                boolean stays = true;
                while (stays && !stopped) {
                    long began = System.nanoTime();
                    socket.getOutputStream().write(request);
                    stays = answer(socket.getInputStream()) && keeps;
                    phase.took(System.nanoTime() - began);
                    served++;
                    LockSupport.parkNanos(thinkNanos);
                }
            } catch (IOException e) {
                phase.failed.incrementAndGet();
                failures.add(Thread.currentThread().getName() + ", after " + served + " on the connection: " + e);
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    /** Reads a response; gives whether the connection stays. */
    private static boolean answer(InputStream in) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream(2048);
        byte[] piece = new byte[4096];
        int end = -1;
        int length = 0;
        String head = "";
        while (end < 0 || read.size() < end + length) {
            int count = in.read(piece);
            if (count < 0) {
                throw new EOFException("closed after " + read.size() + " bytes of a response");
            }
            read.write(piece, 0, count);
            if (end < 0) {
                String text = read.toString(StandardCharsets.ISO_8859_1);
                end = text.indexOf("\r\n\r\n") + 4;
                if (end < 4) {
                    end = -1;
                    continue;
                }
                head = text.substring(0, end).toLowerCase(Locale.ROOT);
                int at = head.indexOf("content-length: ");
                if (!head.startsWith("http/1.1 200") || at < 0) {
                    throw new IOException("unexpected response: " + head.lines().findFirst().orElse(""));
                }
                length = Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
            }
        }
        return !head.contains("connection: close");
    }

    /** A backend that answers each request with a kilobyte. */
    private void serve(int backendPort) throws IOException {
        ServerSocket listening = new ServerSocket(backendPort, 512, InetAddress.getLoopbackAddress());
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] response = new byte[head.length + BODY.length];
        System.arraycopy(head, 0, response, 0, head.length);
        System.arraycopy(BODY, 0, response, head.length, BODY.length);
        daemon(() -> {
            while (true) {
                Socket socket = listening.accept();
                socket.setTcpNoDelay(true);
                daemon(() -> {
                    try (socket) {
                        InputStream in = socket.getInputStream();
                        byte[] piece = new byte[8192];
                        int matched = 0;
                        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                            for (int i = 0; i < count; i++) {
                                matched = piece[i] == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : piece[i] == '\r' ? 1 : 0;
                                if (matched == 4) {
                                    matched = 0;
                                    socket.getOutputStream().write(response);
                                }
                            }
                        }
                    } catch (IOException e) {
                        // the proxy went away
                    }
                    return null;
                });
            }
        });
    }

    private static void daemon(java.util.concurrent.Callable<Void> task) {
        Thread thread = new Thread(() -> {
            try {
                task.call();
            } catch (Exception e) {
                System.err.println("backend: " + e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
