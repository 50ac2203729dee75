package io.leba.testkit.node;

import io.leba.testkit.waiting.Patience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client on a plain socket. Reads wait for half a minute at most. Texts are a byte a character. One thread. */
public final class TcpClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    private TcpClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /** Connects. */
    public static TcpClient connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Patience.limit().toMillis());
        socket.connect(address, (int) Patience.limit().toMillis());
        return new TcpClient(socket);
    }

    /** Sends a text. */
    public TcpClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes. */
    public TcpClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Reads until what was read ends with the text, which is part of the answer. */
    public String readUntil(String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (!(read.length() >= end.length()
                && read.substring(read.length() - end.length()).equals(end))) {
            int one = in.read();
            if (one < 0) {
                throw new IOException("closed after '" + read + "', expected '" + end + "'");
            }
            read.append((char) one);
        }
        return read.toString();
    }

    /** Reads a line, without its end. */
    public String readLine() throws IOException {
        String line = readUntil("\n");
        return line.substring(0, line.length() - (line.endsWith("\r\n") ? 2 : 1));
    }

    /** Reads as many bytes. */
    public byte[] read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new IOException("closed after " + bytes.length + " of " + count + " bytes");
        }
        return bytes;
    }

    /** Reads until the other side closes. */
    public String readAll() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        in.transferTo(all);
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Waits until the other side has closed, in order or not; what it says before is dropped. */
    public void awaitClose() throws IOException {
        try {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection is still open after " + Patience.limit(), e);
        } catch (java.net.SocketException e) {
            // reset: closed as well
        }
    }

    /** Says that nothing more will be sent. */
    public TcpClient closeOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Ends the connection with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
