package io.leba.plugin.discovery.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;

/**
 * Asks one DNS server on the calling thread: over UDP from a port of the system's choice, over TCP if the answer is cut off.
 * dnsjava's own resolver does it with a selector thread and a shutdown hook that are static, which a plugin must not leave
 * behind. An interrupt ends the wait. What is not an answer to the question (RFC 5452 §9) is passed over.
 */
final class BlockingResolver implements Resolver {
    private static final int PAYLOAD = 1232;

    private final InetSocketAddress server;
    private final Duration timeout;

    BlockingResolver(InetSocketAddress server, Duration timeout) {
        this.server = server;
        this.timeout = timeout;
    }

    InetSocketAddress server() {
        return server;
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query) {
        try {
            return CompletableFuture.completedFuture(ask(query));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query, Executor executor) {
        return sendAsync(query);
    }

    private Message ask(Message query) throws IOException {
        Message extended = query.clone();
        extended.addRecord(new OPTRecord(PAYLOAD, 0, 0), Section.ADDITIONAL);
        byte[] wire = extended.toWire();
        Message answer = overUdp(wire, query);
        return answer.getHeader().getFlag(Flags.TC) ? overTcp(wire, query) : answer;
    }

    private Message overUdp(byte[] wire, Message query) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(server);
            channel.write(ByteBuffer.wrap(wire));
            DatagramSocket socket = channel.socket();
            DatagramPacket packet = new DatagramPacket(new byte[PAYLOAD], PAYLOAD);
            while (true) {
                socket.setSoTimeout(millisUntil(deadline));
                packet.setLength(PAYLOAD);
                socket.receive(packet);
                byte[] received = Arrays.copyOf(packet.getData(), packet.getLength());
                if (hasIdentifier(query, received)) {
                    Message answer = new Message(received);
                    if (isAnswer(query, answer)) {
                        return answer;
                    }
                }
            }
        }
    }

    private Message overTcp(byte[] wire, Message query) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (SocketChannel channel = SocketChannel.open()) {
            Socket socket = channel.socket();
            socket.connect(server, millisUntil(deadline));
            socket.setSoTimeout(millisUntil(deadline));
            byte[] framed = ByteBuffer.allocate(2 + wire.length)
                    .putShort((short) wire.length)
                    .put(wire)
                    .array();
            new DataOutputStream(socket.getOutputStream()).write(framed);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] received = new byte[in.readUnsignedShort()];
            in.readFully(received);
            Message answer = new Message(received);
            if (!hasIdentifier(query, received) || !isAnswer(query, answer)) {
                throw new IOException("answered something else");
            }
            return answer;
        }
    }

    private static int millisUntil(long deadline) throws SocketTimeoutException {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) left;
    }

    /** Looked at first: a message that is not for us may be anything. */
    private static boolean hasIdentifier(Message query, byte[] received) {
        return received.length >= 2
                && ((received[0] & 0xff) << 8 | received[1] & 0xff)
                        == query.getHeader().getID();
    }

    private static boolean isAnswer(Message query, Message answer) {
        return answer.getHeader().getFlag(Flags.QR) && query.getQuestion().equals(answer.getQuestion());
    }

    // The rest of the interface changes a resolver after it was made; this one is not changed.

    @Override
    public void setPort(int port) {}

    @Override
    public void setTCP(boolean flag) {}

    @Override
    public void setIgnoreTruncation(boolean flag) {}

    @Override
    public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {}

    @Override
    public void setTSIGKey(TSIG key) {}

    @Override
    public void setTimeout(Duration duration) {}

    @Override
    public Duration getTimeout() {
        return timeout;
    }
}
