package io.leba.kernel.upgrade;

import io.leba.kernel.generation.ListeningSocket;
import io.leba.kernel.transport.EventLoops;
import io.leba.spi.OnBackground;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The process that started this one to take its place. In order: {@link #fetch}, {@link #ready} or at any time {@link #failed}.
 * Belongs to the thread that starts the node.
 */
@OnBackground
public final class Predecessor implements AutoCloseable {
    private static final Duration SOCKETS_PATIENCE = Duration.ofSeconds(10);
    private static final int LONGEST_LINE = 8_000;
    private static final long DEATH_PATIENCE_MILLIS = 2_000;
    private static final long DEATH_POLL_MILLIS = 20;

    private final Path folder;
    private final SocketChannel channel;
    private final DataInputStream in;
    private final DataOutputStream out;
    private long pid;
    private boolean isParent;

    private Predecessor(Path folder, SocketChannel channel) {
        this.folder = folder;
        this.channel = channel;
        this.in = new DataInputStream(Channels.newInputStream(channel));
        this.out = new DataOutputStream(Channels.newOutputStream(channel));
    }

    /** Whether this process was started to take the place of another. */
    public static boolean isNamedIn(Map<String, String> environment) {
        return !environment.getOrDefault(Words.VARIABLE, "").isEmpty();
    }

    /**
     * The process that started this one, if it did so to be replaced.
     *
     * @param version what this process is, for messages
     * @throws IOException if it is not there any more, or does not understand this one
     */
    public static Optional<Predecessor> find(Map<String, String> environment, String version) throws IOException {
        if (!isNamedIn(environment)) {
            return Optional.empty();
        }
        String named = environment.get(Words.VARIABLE);
        Path folder = Path.of(named);
        Predecessor predecessor;
        try {
            predecessor =
                    new Predecessor(folder, SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve(Words.TALK))));
        } catch (IOException e) {
            throw new IOException(
                    "the process to take over from, named by " + Words.VARIABLE + "=" + named + ", is not reached: "
                            + e.getMessage() + "; without that variable this one starts by itself",
                    e);
        }
        predecessor.greet(version);
        return Optional.of(predecessor);
    }

    private void greet(String version) throws IOException {
        out.writeInt(Words.VERSION);
        out.writeUTF(version);
        int theirs = in.readInt();
        pid = in.readLong();
        isParent = isMyParent();
        if (theirs != Words.VERSION) {
            throw new IOException("process " + pid + " hands over in another way than this one; restart instead");
        }
    }

    /** Its process id. */
    public long pid() {
        return pid;
    }

    /** Takes what it leaves. It goes on serving. */
    public Estate fetch(EventLoops loops) throws IOException {
        long generation = in.readLong();
        int count = in.readInt();
        List<ListeningSocket> named = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            named.add(new ListeningSocket(in.readUTF(), in.readInt(), in.readUTF(), null));
        }
        List<Integer> descriptors = loops.passing().fetch(folder.resolve(Words.SOCKETS), SOCKETS_PATIENCE);
        if (descriptors.size() != count) {
            throw new IOException(
                    "process " + pid + " announced " + count + " sockets and passed " + descriptors.size());
        }
        List<ListeningSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ListeningSocket one = named.get(i);
            sockets.add(new ListeningSocket(one.host(), one.port(), one.name(), loops.adopt(descriptors.get(i))));
        }
        out.writeByte(Words.READY);
        byte[] state = in.readNBytes(in.readInt());
        return new Estate(generation, sockets, state);
    }

    /**
     * Says that this process would serve now, and waits for the traffic.
     *
     * @throws IOException if the other one has decided against it; a predecessor that died in the meantime has not
     */
    public void ready() throws IOException {
        try {
            out.writeByte(Words.READY);
            if (in.readByte() == Words.YOURS) {
                return;
            }
        } catch (IOException e) {
            if (isDead()) {
                return;
            }
            throw new IOException("process " + pid + " serves on; this one is not needed", e);
        }
        throw new EOFException("process " + pid + " is not understood");
    }

    private boolean isMyParent() {
        return ProcessHandle.current()
                .parent()
                .map(parent -> parent.pid() == pid)
                .orElse(false);
    }

    /** Whether the other process has ended, or is about to: its end of the connection closes a little earlier. */
    private boolean isDead() {
        for (long waited = 0; waited < DEATH_PATIENCE_MILLIS; waited += DEATH_POLL_MILLIS) {
            boolean isOrphan = isParent && !isMyParent();
            if (isOrphan || ProcessHandle.of(pid).isEmpty()) {
                return true;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(DEATH_POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    /** Says why this process cannot serve. */
    public void failed(List<String> problems) {
        try {
            out.writeByte(Words.FAILED);
            out.writeInt(problems.size());
            for (String problem : problems) {
                out.writeUTF(problem.length() > LONGEST_LINE ? problem.substring(0, LONGEST_LINE) + "…" : problem);
            }
        } catch (IOException e) {
            // The other process has lost its patience; it serves on either way.
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
