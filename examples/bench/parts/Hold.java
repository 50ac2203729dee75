import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds connections through a proxy and says which of them fail: TCP connections that exchange a few bytes with the echo server that
 * this program is too, every two seconds; and HTTP keep-alive connections that are idle for ten seconds between requests.
 *
 * <p>{@code java Hold.java ECHO_PORT RAW_PORT CONNECTIONS WEB_PORT KEPT_ALIVE}: serves echo, waits for a line on standard input,
 * connects, says {@code held}, and on the next line, or its end, prints {@code exchanges N disconnects N late N}.
 */
public final class Hold {
    private static final long RAW_NANOS = 2_000_000_000L;
    private static final long WEB_NANOS = 10_000_000_000L;
    private static final long LATE_NANOS = 5_000_000_000L;
    private static final byte[] PING = "ping".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GET =
            "GET /held HTTP/1.1\r\nHost: held\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(65536);
    private final List<Client> clients = new ArrayList<>();
    private long exchanges;
    private long disconnects;
    private long late;

    private Hold() throws IOException {}

    private static final class Client {
        final byte[] request;
        final long interval;
        SocketChannel channel;
        long next;
        long asked;

        Client(byte[] request, long interval) {
            this.request = request;
            this.interval = interval;
        }
    }

    public static void main(String[] args) throws IOException {
        new Hold().run(args);
    }

    private void run(String[] args) throws IOException {
        ServerSocketChannel echo = ServerSocketChannel.open();
        echo.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 1024);
        echo.configureBlocking(false);
        echo.register(selector, SelectionKey.OP_ACCEPT);
        System.out.println("echo");
        boolean isHolding = false;
        while (true) {
            selector.select(20);
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isValid() && key.isAcceptable()) {
                    SocketChannel accepted = echo.accept();
                    accepted.configureBlocking(false);
                    accepted.register(selector, SelectionKey.OP_READ);
                } else if (key.isValid()) {
                    read(key);
                }
            }
            selector.selectedKeys().clear();
            if (System.in.available() > 0) {
                int read = System.in.read();
                if (read == '\n' && isHolding) {
                    System.out.println("exchanges " + exchanges + " disconnects " + disconnects + " late " + late);
                    return;
                } else if (read == '\n') {
                    isHolding = true;
                    connect(Integer.parseInt(args[1]), Integer.parseInt(args[2]), PING, RAW_NANOS);
                    connect(Integer.parseInt(args[3]), Integer.parseInt(args[4]), GET, WEB_NANOS);
                    System.out.println("held");
                }
            }
            ask(System.nanoTime());
        }
    }

    private void connect(int port, int count, byte[] request, long interval) throws IOException {
        for (int i = 0; i < count; i++) {
            Client client = new Client(request, interval);
            client.channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            client.channel.configureBlocking(false);
            client.channel.register(selector, SelectionKey.OP_READ, client);
            client.next = System.nanoTime() + interval * i / count;
            clients.add(client);
        }
    }

    private void ask(long now) {
        for (Client client : clients) {
            if (client.channel == null || now - client.next < 0) {
                continue;
            }
            if (client.asked != 0) {
                if (now - client.asked > LATE_NANOS) {
                    late++;
                    client.asked = now;
                }
                continue;
            }
            try {
                client.channel.write(ByteBuffer.wrap(client.request));
                client.asked = now;
                client.next = now + client.interval;
            } catch (IOException e) {
                lost(client);
            }
        }
    }

    private void read(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        Client client = (Client) key.attachment();
        buffer.clear();
        int count;
        try {
            count = channel.read(buffer);
        } catch (IOException e) {
            count = -1;
        }
        if (count < 0) {
            channel.close();
            if (client != null) {
                lost(client);
            }
        } else if (client == null) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } else if (client.asked != 0) {
            client.asked = 0;
            exchanges++;
        }
    }

    private void lost(Client client) {
        disconnects++;
        client.channel = null;
    }
}
