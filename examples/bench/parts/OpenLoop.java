import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Asks at a constant rate, whatever becomes of the requests before (an open loop). A request whose moment has come while all connections
 * wait for answers is sent as soon as one is free; its latency counts from that moment, not from when it was sent, so that a proxy
 * that stalls is not spared the requests which it kept from being sent (no coordinated omission). Every latency is kept: the percentiles
 * are exact.
 *
 * <p>{@code java OpenLoop.java PORT PATH CONNECTIONS RATE SECONDS} prints {@code bench REQUESTS MICROSECONDS BYTES P50 P99 ERRORS} (latencies in microseconds).
 * Answers need a Content-Length. A first second at the same rate is not counted.
 */
public final class OpenLoop {
    private final Selector selector = Selector.open();
    private final ByteBuffer input = ByteBuffer.allocateDirect(65536);
    private final ByteBuffer request;
    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private final int[] latencies;
    private final long start;
    private final long counted;
    private final long gap;
    private final long last;
    private int done;
    private long bytes;
    private long errors;

    private static final class Connection {
        final SocketChannel channel;
        long due;
        int left = -1; // of the body; -1 within the head
        final StringBuilder line = new StringBuilder(64);
        int length;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }
    }

    public static void main(String[] args) throws IOException {
        OpenLoop loop = new OpenLoop(args[1], Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        loop.connect(Integer.parseInt(args[0]), Integer.parseInt(args[2]));
        loop.run();
        loop.report(Integer.parseInt(args[4]));
    }

    private OpenLoop(String path, int rate, int seconds) throws IOException {
        byte[] text = ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        request = ByteBuffer.allocateDirect(text.length).put(text);
        gap = 1_000_000_000L / rate;
        latencies = new int[(int) Math.min(20_000_000L, (long) rate * seconds + rate)];
        start = System.nanoTime() + 50_000_000L;
        counted = start + 1_000_000_000L;
        last = counted + seconds * 1_000_000_000L;
    }

    private void connect(int port, int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            Connection connection = new Connection(channel);
            channel.register(selector, SelectionKey.OP_READ, connection);
            free.add(connection);
        }
    }

    private void run() throws IOException {
        long due = start;
        int waiting = free.size();
        while (due < last || free.size() < waiting) {
            long now = System.nanoTime();
            while (due <= now && due < last && !free.isEmpty()) {
                send(free.poll(), due);
                due += gap;
            }
            if (now > last + 10_000_000_000L) {
                errors += waiting - free.size();
                return;
            }
            // Answers come far more often than each millisecond, and each lets the next requests out: the wait is hardly ever that long.
            selector.select(this::read, 1);
        }
    }

    private void send(Connection connection, long due) throws IOException {
        connection.due = due;
        request.clear();
        if (connection.channel.write(request) < request.capacity()) {
            throw new IOException("a request did not fit into the socket's buffer");
        }
    }

    private void read(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        input.clear();
        try {
            if (connection.channel.read(input) < 0) {
                throw new IOException("closed");
            }
        } catch (IOException e) {
            errors++;
            key.cancel();
            return;
        }
        input.flip();
        bytes += input.remaining();
        while (input.hasRemaining()) {
            if (connection.left < 0) {
                readHead(connection);
            } else {
                int taken = Math.min(connection.left, input.remaining());
                input.position(input.position() + taken);
                connection.left -= taken;
            }
            if (connection.left == 0) {
                connection.left = -1;
                finish(connection);
            }
        }
    }

    private void readHead(Connection connection) {
        while (input.hasRemaining()) {
            char c = (char) input.get();
            if (c != '\n') {
                connection.line.append(c);
                continue;
            }
            String line = connection.line.toString();
            connection.line.setLength(0);
            if (line.startsWith("HTTP/") && !line.contains(" 200 ")) {
                errors++;
            } else if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                connection.length = Integer.parseInt(line.substring(15).trim());
            } else if (line.equals("\r")) {
                connection.left = connection.length;
                return;
            }
        }
    }

    private void finish(Connection connection) {
        if (connection.due >= counted && done < latencies.length) {
            latencies[done++] = (int) Math.min(Integer.MAX_VALUE, (System.nanoTime() - connection.due) / 1000);
        }
        free.add(connection);
    }

    private void report(int seconds) {
        Arrays.sort(latencies, 0, done);
        System.out.printf(
                "bench %d %d %d %d %d %d%n",
                done, seconds * 1_000_000L, bytes, at(0.50), at(0.99), errors);
    }

    private int at(double share) {
        return done == 0 ? 0 : latencies[Math.min(done - 1, (int) (done * share))];
    }
}
