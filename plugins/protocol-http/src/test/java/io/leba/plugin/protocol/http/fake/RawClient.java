package io.leba.plugin.protocol.http.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client on a real socket that sends bytes as they are given and reads responses as RFC 9112 says. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;
    private final Socket socket;

    /** Connects. */
    public RawClient(InetSocketAddress to) {
        this(to, 0);
    }

    /** Connects with a small receive buffer. */
    public RawClient(InetSocketAddress to, int receiveBuffer) {
        try {
            socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(to);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A response as it was received. */
    public record Response(String head, String body) {
        /** The status code. */
        public int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        /** The first value of a field, or null. */
        public String header(String name) {
            for (String line : head.split("\r\n")) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                    return line.substring(name.length() + 1).trim();
                }
            }
            return null;
        }
    }

    /** Sends. */
    public RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends. */
    public RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends a GET and reads the response. */
    public Response get(String target) {
        return send("GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n").response();
    }

    /** Says that nothing more will be sent. */
    public RawClient endOutput() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends the connection with a reset. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The next response to a request that is not HEAD. */
    public Response response() {
        return response(false);
    }

    /** The next response. */
    public Response response(boolean isToHead) {
        try {
            String head = readHead();
            if (head.isEmpty()) {
                throw new AssertionError("the connection ended without a response");
            }
            Response response = new Response(head, "");
            int status = response.status();
            String coding = response.header("transfer-encoding");
            String length = response.header("content-length");
            if (isToHead || status < 200 || status == 204 || status == 304) {
                return response;
            }
            if (coding != null) {
                return new Response(head, readChunks());
            }
            if (length != null) {
                return new Response(head, readExactly(Integer.parseInt(length)));
            }
            return new Response(head, rest());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int c = in.read();
            if (c < 0) {
                if (head.length() > 0) {
                    throw new AssertionError("the connection ended in a head: " + head);
                }
                return "";
            }
            head.append((char) c);
        }
        return head.toString();
    }

    private String readChunks() throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            String line = readLine();
            int size = Integer.parseInt(line, 16);
            if (size == 0) {
                StringBuilder trailers = new StringBuilder();
                for (String trailer = readLine(); !trailer.isEmpty(); trailer = readLine()) {
                    trailers.append('[').append(trailer).append(']');
                }
                return body.append(trailers).toString();
            }
            body.append(readExactly(size));
            if (!readLine().isEmpty()) {
                throw new AssertionError("no end of line behind a chunk");
            }
        }
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < 2 || !line.substring(line.length() - 2).equals("\r\n")) {
            line.append((char) readByte());
        }
        return line.substring(0, line.length() - 2);
    }

    private int readByte() throws IOException {
        int c = socket.getInputStream().read();
        if (c < 0) {
            throw new AssertionError("the connection ended in a body");
        }
        return c;
    }

    /** So many bytes. */
    public String read(int count) {
        try {
            return readExactly(count);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** That many bytes. */
    public String readExactly(int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new AssertionError("the connection ended after " + bytes.length + " of " + count + " bytes");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Everything until the connection ends, however it ends. */
    public String rest() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            for (int c = in.read(); c >= 0; c = in.read()) {
                all.write(c);
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("still open after " + TIMEOUT_MILLIS + " ms; got " + all, e);
        } catch (IOException e) {
            // A reset is an end.
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** The socket. */
    public Socket socket() {
        return socket;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
