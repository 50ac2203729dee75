package io.leba.testkit.origin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * An HTTP/1.1 origin on a free loopback port that answers as a script says and remembers what it was asked. It is strict: a
 * request that is not one closes the connection and is not remembered.
 */
public final class HttpOrigin implements AutoCloseable {
    private final TcpOrigin tcp;
    private final ConcurrentLinkedQueue<Reply> next = new ConcurrentLinkedQueue<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Function<Request, Reply> script;

    private HttpOrigin(Function<Request, Reply> script) throws IOException {
        this.script = script;
        this.tcp = TcpOrigin.playing(this::play);
    }

    /** Answers 200 with the name and the target: {@code one /path}. */
    public static HttpOrigin named(String name) throws IOException {
        return new HttpOrigin(request -> Reply.text(200, name + " " + request.target()));
    }

    /** Answers what the script says. */
    public static HttpOrigin answering(Function<Request, Reply> script) throws IOException {
        return new HttpOrigin(script);
    }

    /** Answers what another script says, from the next request on. */
    public HttpOrigin answer(Function<Request, Reply> other) {
        script = other;
        return this;
    }

    /** Answers the next request so; requests behind it are answered by the next call's reply, and then by the script. */
    public HttpOrigin next(Reply reply) {
        next.add(reply);
        return this;
    }

    private void play(TcpOrigin.Session session) throws IOException {
        for (Request request = read(session); request != null; request = read(session)) {
            requests.add(request);
            Reply once = next.poll();
            Reply reply = once == null ? script.apply(request) : once;
            if (!reply.delay().isZero()) {
                session.pause(reply.delay());
            }
            session.send(reply.bytes(!request.method().equals("HEAD")));
            switch (reply.ending()) {
                case WHOLE -> {}
                case CLOSE -> {
                    return;
                }
                case RESET -> {
                    session.reset();
                    return;
                }
                case SILENCE -> {
                    session.awaitEnd();
                    return;
                }
            }
        }
    }

    private static Request read(TcpOrigin.Session session) throws IOException {
        String start = session.readLine();
        if (start == null) {
            return null;
        }
        String[] parts = start.split(" ");
        if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
            throw new IOException("not a request: " + start);
        }
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String line = session.readLine(); line != null && !line.isEmpty(); line = session.readLine()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not a field: " + line);
            }
            headers.add(Map.entry(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        Request head = new Request(parts[0], parts[1], List.copyOf(headers), new byte[0], session.number());
        if (head.header("Expect").isPresent()) {
            session.send("HTTP/1.1 100 Continue\r\n\r\n");
        }
        byte[] body = head.header("Transfer-Encoding").isPresent()
                ? chunks(session)
                : session.read(Integer.parseInt(head.header("Content-Length").orElse("0")));
        return new Request(head.method(), head.target(), head.headers(), body, head.connection());
    }

    private static byte[] chunks(TcpOrigin.Session session) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = session.readLine();
            if (size == null) {
                throw new IOException("cut in a body");
            }
            int length = Integer.parseInt(size.split(";")[0].strip(), 16);
            body.write(session.read(length));
            if (length == 0) {
                for (String line = session.readLine(); line != null && !line.isEmpty(); line = session.readLine()) {
                    // trailer fields are not kept
                }
                return body.toByteArray();
            }
            session.readLine();
        }
    }

    /** Where it listens. */
    public int port() {
        return tcp.port();
    }

    /** Every request so far. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** How many connections came so far. */
    public int connections() {
        return tcp.connections();
    }

    /** Ends like a process that is killed: the port refuses, connections are reset. */
    public void die() throws IOException {
        tcp.die();
    }

    /** Listens again, on the same port. */
    public void revive() throws IOException {
        tcp.revive();
    }

    @Override
    public void close() throws IOException {
        tcp.close();
    }
}
