package io.leba.plugin.protocol.http.h3;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** A router that translates addresses between one client and a site, and now and then gives the client another port. */
final class MovingPath implements AutoCloseable {
    private static final int PACKET = 1 << 16;

    private final InetSocketAddress site;
    private final DatagramSocket inside = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final AtomicInteger moves = new AtomicInteger();
    private volatile DatagramSocket outside;
    private volatile SocketAddress client;

    MovingPath(InetSocketAddress site) throws IOException {
        this.site = site;
        outside = open();
        run(
                () -> {
                    DatagramPacket packet = new DatagramPacket(new byte[PACKET], PACKET);
                    inside.receive(packet);
                    client = packet.getSocketAddress();
                    packet.setSocketAddress(site);
                    outside.send(packet);
                },
                inside);
    }

    /** Where the client finds the site. */
    InetSocketAddress address() {
        return (InetSocketAddress) inside.getLocalSocketAddress();
    }

    /** From now on the site sees another port; what it sends to the one before is lost. */
    void move() throws IOException {
        DatagramSocket before = outside;
        outside = open();
        before.close();
        moves.incrementAndGet();
    }

    int moves() {
        return moves.get();
    }

    private DatagramSocket open() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        run(
                () -> {
                    DatagramPacket packet = new DatagramPacket(new byte[PACKET], PACKET);
                    socket.receive(packet);
                    packet.setSocketAddress(client);
                    inside.send(packet);
                },
                socket);
        return socket;
    }

    private interface Step {
        void go() throws IOException;
    }

    /** Packets that a closed socket does not take are lost, as on any path. */
    private static void run(Step step, DatagramSocket until) {
        Thread thread = new Thread(() -> {
            while (!until.isClosed()) {
                try {
                    step.go();
                } catch (IOException e) {
                    continue;
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        inside.close();
        outside.close();
    }

    @Override
    public String toString() {
        return "a path to " + site;
    }
}
