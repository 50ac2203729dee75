package io.leba.plugin.discovery.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A DNS server on the loopback address that answers from a few records, or misbehaves as it is told. */
final class TinyDns implements AutoCloseable {
    /** What it does with a question instead of answering it. */
    enum Mood {
        ANSWER,
        SILENT,
        SERVFAIL,
        REFUSED,
        /** Messages that are no answers first. */
        SPOOFED,
        /** An answer to another question. */
        BESIDE_THE_POINT,
        GARBAGE,
        /** Cut off over UDP. */
        TRUNCATED
    }

    private final String address;
    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final Map<Name, List<Record>> zone = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads;
    private volatile Mood mood = Mood.ANSWER;

    TinyDns() throws IOException {
        DatagramSocket datagrams = null;
        ServerSocket connections = null;
        while (connections == null) { // until a port is free for both
            datagrams = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try {
                connections = new ServerSocket(datagrams.getLocalPort(), 10, InetAddress.getLoopbackAddress());
            } catch (BindException e) {
                datagrams.close();
            }
        }
        udp = datagrams;
        tcp = connections;
        address = "127.0.0.1:" + tcp.getLocalPort();
        threads = List.of(new Thread(this::serveUdp, "tiny-dns-udp"), new Thread(this::serveTcp, "tiny-dns-tcp"));
        threads.forEach(Thread::start);
    }

    /** As written in the configuration. */
    String address() {
        return address;
    }

    void mood(Mood changed) {
        mood = changed;
    }

    /** Replaces what there is of a name: {@code set("a.test", "60 A 10.0.0.1", "60 A 10.0.0.2")}. */
    void set(String name, String... records) throws IOException {
        Name absolute = Name.fromString(name, Name.root);
        List<Record> parsed = new ArrayList<>();
        for (String record : records) {
            String[] words = record.split(" ", 3);
            parsed.add(Record.fromString(
                    absolute, Type.value(words[1]), DClass.IN, Long.parseLong(words[0]), words[2], Name.root));
        }
        zone.put(absolute, parsed);
    }

    void remove(String name) throws IOException {
        zone.remove(Name.fromString(name, Name.root));
    }

    /** The questions since the last call, {@code a.test A}; over TCP with {@code /tcp}. */
    List<String> asked() {
        List<String> all = new ArrayList<>();
        for (String question = asked.poll(); question != null; question = asked.poll()) {
            all.add(question);
        }
        return all;
    }

    private Message answer(Message query) throws IOException {
        Record question = query.getQuestion();
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.AA);
        answer.addRecord(
                mood == Mood.BESIDE_THE_POINT
                        ? Record.newRecord(Name.fromString("other.test."), question.getType(), DClass.IN)
                        : question,
                Section.QUESTION);
        if (mood == Mood.SERVFAIL || mood == Mood.REFUSED) {
            answer.getHeader().setRcode(mood == Mood.SERVFAIL ? Rcode.SERVFAIL : Rcode.REFUSED);
            return answer;
        }
        List<Record> records = zone.get(question.getName());
        if (records == null) {
            answer.getHeader().setRcode(Rcode.NXDOMAIN);
            return answer;
        }
        RRset found = new RRset();
        for (Record record : records) {
            if (record.getType() == question.getType() || record.getType() == Type.CNAME) {
                found.addRR(record);
            }
        }
        found.rrs(false).forEach(record -> answer.addRecord(record, Section.ANSWER));
        return answer;
    }

    private void serveUdp() {
        byte[] buffer = new byte[1500];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
                note(query, "");
                for (byte[] wire : datagrams(query)) {
                    udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // closed, or a question that is none
            }
        }
    }

    private List<byte[]> datagrams(Message query) throws IOException {
        byte[] wire = answer(query).toWire();
        return switch (mood) {
            case SILENT -> List.of();
            case GARBAGE -> List.of(Arrays.copyOf(wire, 7));
            case SPOOFED -> {
                byte[] spoofed = wire.clone();
                spoofed[1] ^= 1;
                spoofed[spoofed.length - 1] ^= 8; // the address
                byte[] question = query.toWire(); // has the identifier, but is no answer
                yield List.of(spoofed, new byte[] {1}, question, wire);
            }
            case TRUNCATED -> {
                Message cut = new Message(query.getHeader().getID());
                cut.getHeader().setFlag(Flags.QR);
                cut.getHeader().setFlag(Flags.TC);
                cut.addRecord(query.getQuestion(), Section.QUESTION);
                yield List.of(cut.toWire());
            }
            case ANSWER, SERVFAIL, REFUSED, BESIDE_THE_POINT -> List.of(wire);
        };
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket socket = tcp.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] wire = new byte[in.readUnsignedShort()];
                in.readFully(wire);
                Message query = new Message(wire);
                note(query, "/tcp");
                byte[] answer = answer(query).toWire(65_535);
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.writeShort(answer.length);
                out.write(answer);
                out.flush();
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void note(Message query, String how) {
        Record question = query.getQuestion();
        asked.add(question.getName().toString(true) + " " + Type.string(question.getType()) + how);
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
