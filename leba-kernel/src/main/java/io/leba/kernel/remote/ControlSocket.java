package io.leba.kernel.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.leba.spi.control.Control;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the control socket in the node's process. Only the user that runs the node, and root, can connect. One thread
 * accepts, and each connection has one of its own for as long as its one request takes.
 */
public final class ControlSocket implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ControlSocket.class);

    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(2);

    private final Set<Thread> underWay = ConcurrentHashMap.newKeySet();
    private final Path path;
    private final Object identity;
    private final ServerSocketChannel listening;
    private final Requests requests;

    private ControlSocket(Path path, ServerSocketChannel listening, Requests requests) throws IOException {
        this.path = path;
        this.listening = listening;
        this.requests = requests;
        this.identity = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /**
     * Listens at a path. A socket that an earlier process left there is replaced.
     *
     * @param config the node's configuration file, which is told who asks which node answers
     * @param takeOver also replaces one that another process listens on
     * @throws IOException if another node listens there, or the path cannot be used
     */
    public static ControlSocket listen(Path path, Control control, Path config, boolean takeOver) throws IOException {
        if (!takeOver && isAnswered(path)) {
            throw new IOException("another node listens at " + path
                    + "; start this one with --control-socket and another path, or 'none'");
        }
        Files.createDirectories(path.toAbsolutePath().getParent());
        // Bound under a name of its own and with permissions that let nobody in, so that the path is never half ready.
        Path temporary = path.resolveSibling("." + ProcessHandle.current().pid() + ".sock");
        Files.deleteIfExists(temporary);
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        boolean done = false;
        try {
            bind(listening, temporary, path);
            if (Files.getFileStore(temporary.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
            }
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            ControlSocket socket = new ControlSocket(path, listening, new Requests(control, config));
            Thread accepting = new Thread(socket::accept, "leba-control-socket");
            accepting.setDaemon(true);
            accepting.start();
            done = true;
            return socket;
        } finally {
            if (!done) {
                listening.close();
                Files.deleteIfExists(temporary);
            }
        }
    }

    private static void bind(ServerSocketChannel listening, Path temporary, Path path) throws IOException {
        try {
            listening.bind(UnixDomainSocketAddress.of(temporary));
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen at " + path + ": " + e.getMessage()
                            + "; name a shorter path, or one in a directory that can be written, with --control-socket",
                    e);
        }
    }

    private static boolean isAnswered(Path path) {
        if (!Files.exists(path)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return channel.isConnected();
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                SocketChannel channel = listening.accept();
                Thread serving = new Thread(() -> serve(channel), "leba-control-request");
                serving.setDaemon(true);
                underWay.add(serving);
                serving.start();
            } catch (AsynchronousCloseException e) {
                return;
            } catch (IOException e) {
                if (!listening.isOpen()) {
                    return;
                }
                LOGGER.warn("control socket {}: {}; no more requests are taken", path, e.getMessage());
                return;
            }
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            JsonNode request = Wire.read(channel);
            Wire.write(channel, answer(request));
        } catch (IOException e) {
            LOGGER.debug("control socket {}: a request was not answered: {}", path, e.getMessage());
        } finally {
            underWay.remove(Thread.currentThread());
        }
    }

    private JsonNode answer(JsonNode request) {
        try {
            return Wire.tree(Map.of("answer", requests.answer(request)));
        } catch (Refused e) {
            return Wire.tree(Map.of("refused", Map.of("reason", e.reason().name(), "problems", e.problems())));
        } catch (RuntimeException e) {
            LOGGER.error("control socket {}: a request failed", path, e);
            return Wire.tree(Map.of(
                    "refused",
                    Map.of("reason", Refused.Reason.FAILED.name(), "problems", new String[] {e.toString()})));
        }
    }

    /**
     * Takes no more requests, and waits a moment for the answers to those under way: one of them may have asked for what ends
     * the process. The path goes, unless another process has it by now.
     */
    @Override
    public void close() throws IOException {
        try {
            if (Files.readAttributes(path, BasicFileAttributes.class).fileKey().equals(identity)) {
                Files.deleteIfExists(path);
            }
        } catch (FileSystemException e) {
            LOGGER.debug("control socket {} is gone already", path);
        }
        listening.close();
        long deadline = System.nanoTime() + ANSWER_PATIENCE.toNanos();
        for (Thread serving : underWay) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(serving, deadline - System.nanoTime());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
