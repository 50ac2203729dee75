package io.leba.kernel.upgrade;

import io.leba.kernel.generation.ListeningSocket;
import io.leba.kernel.thread.BackgroundScope;
import io.leba.kernel.transport.DescriptorPassing;
import io.leba.kernel.transport.EventLoops;
import io.leba.spi.Background.Cancellable;
import io.leba.spi.OnBackground;
import io.leba.spi.control.Refused;
import io.leba.spi.control.Refused.Reason;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the process that takes this one's place, and sees it to the point where it serves. Until that point nothing of this
 * process changes: whatever goes wrong, the new process is ended and this one serves on.
 */
@OnBackground
public final class Successor {
    private static final Logger LOGGER = LoggerFactory.getLogger(Successor.class);
    private static final Duration END_PATIENCE = Duration.ofSeconds(5);

    private final EventLoops loops;
    private final BackgroundScope background;
    private final Path work;
    private volatile Attempt current;
    private volatile String givenUp = "";

    /** @param work the node's work folder, where the two processes meet */
    public Successor(EventLoops loops, BackgroundScope background, Path work) {
        this.loops = loops;
        this.background = background;
        this.work = work;
    }

    /**
     * Starts it, hands the estate over, and returns when it serves.
     *
     * @param home another installation; empty: that of the launcher
     * @param patience how long it may take to become ready
     * @return its process id
     * @throws Refused if it does not come to serve, with the reasons; it has ended then
     */
    public long install(Launch launch, Optional<Path> home, Estate estate, Duration patience) {
        String obstacle = DescriptorPassing.obstacle(loops.kind());
        if (!obstacle.isEmpty()) {
            throw new Refused(Reason.CONFLICT, obstacle + "; restart instead");
        }
        Path launcher = launch.launcher(home)
                .orElseThrow(() -> new Refused(
                        Reason.NOT_FOUND,
                        home.map(folder -> "there is no bin/leba to start in " + folder)
                                .orElse("the launcher " + launch.launcher() + " is not there any more")));
        try (Meeting meeting = Meeting.in(work)) {
            current = new Attempt(meeting, patience);
            if (!givenUp.isEmpty()) {
                throw new Refused(Reason.CONFLICT, givenUp);
            }
            return current.run(launch, launcher, estate);
        } catch (IOException e) {
            throw new Refused(Reason.FAILED, "the upgrade could not be prepared: " + e.getMessage());
        }
    }

    /** Gives up what is under way, and whatever is tried later; {@link #install} ends the new process and throws. Any thread. */
    public void giveUp(String reason) {
        givenUp = reason;
        Attempt attempt = current;
        if (attempt != null) {
            attempt.giveUp(reason);
        }
    }

    /** One try. */
    private final class Attempt {
        private final Meeting meeting;
        private final Duration patience;
        private volatile Process process;
        private volatile String failure = "";
        private volatile SocketChannel peer;

        Attempt(Meeting meeting, Duration patience) {
            this.meeting = meeting;
            this.patience = patience;
        }

        long run(Launch launch, Path launcher, Estate estate) throws IOException {
            List<io.leba.kernel.transport.Listener> listeners =
                    estate.sockets().stream().map(ListeningSocket::listener).toList();
            boolean isInstalled = false;
            Cancellable timeout = null;
            try (DescriptorPassing.Offer offer =
                    loops.passing().offer(meeting.folder().resolve(Words.SOCKETS), this::isOurs, listeners)) {
                ProcessBuilder builder = new ProcessBuilder(launch.command(launcher)).inheritIO();
                builder.environment().put(Words.VARIABLE, meeting.folder().toString());
                process = builder.start();
                LOGGER.info("process {} is started to take over: {}", process.pid(), launcher);
                timeout = background.after(
                        patience,
                        () -> giveUp("the new process did not become ready within " + patience.toSeconds()
                                + " s; it is ended, and this one serves on"));
                process.onExit()
                        .thenRun(() -> giveUp("the new process ended with exit code " + process.exitValue()
                                + " before it was ready; its output says why, and this one serves on"));
                talk(estate, offer);
                isInstalled = true;
                current = null;
                return process.pid();
            } catch (IOException e) {
                throw new Refused(Reason.FAILED, failure.isEmpty() ? "the upgrade failed: " + e.getMessage() : failure);
            } finally {
                if (timeout != null) {
                    timeout.close();
                }
                closePeer();
                if (!isInstalled && process != null) {
                    end();
                }
            }
        }

        /** The launcher becomes the new process; where it stays, the new process is below it. */
        private boolean isOurs(long pid) {
            Process started = process;
            return started != null
                    && (started.pid() == pid || started.descendants().anyMatch(one -> one.pid() == pid));
        }

        private void giveUp(String reason) {
            synchronized (this) {
                if (failure.isEmpty()) {
                    failure = reason;
                }
            }
            try {
                meeting.talk().close();
            } catch (IOException e) {
                LOGGER.debug("the domain socket could not be closed", e);
            }
            closePeer();
        }

        private void closePeer() {
            SocketChannel open = peer;
            if (open != null) {
                try {
                    open.close();
                } catch (IOException e) {
                    LOGGER.debug("the connection to the new process could not be closed", e);
                }
            }
        }

        private void talk(Estate estate, DescriptorPassing.Offer offer) throws IOException {
            peer = meeting.talk().accept();
            if (!failure.isEmpty()) {
                throw new IOException(failure);
            }
            DataInputStream in = new DataInputStream(Channels.newInputStream(peer));
            DataOutputStream out = new DataOutputStream(Channels.newOutputStream(peer));
            int version = in.readInt();
            String what = in.readUTF();
            out.writeInt(Words.VERSION);
            out.writeLong(ProcessHandle.current().pid());
            if (version != Words.VERSION) {
                throw new IOException("the new process is " + what + " and hands over in another way than this one"
                        + " (its way is " + version + ", this one's " + Words.VERSION + "); restart instead");
            }
            out.writeLong(estate.generation());
            out.writeInt(estate.sockets().size());
            for (ListeningSocket socket : estate.sockets()) {
                out.writeUTF(socket.host());
                out.writeInt(socket.port());
                out.writeUTF(socket.name());
            }
            awaitReport(in, out, estate, offer, what);
        }

        /** Waits for the sockets to be fetched, then for the verdict. */
        private void awaitReport(
                DataInputStream in, DataOutputStream out, Estate estate, DescriptorPassing.Offer offer, String what)
                throws IOException {
            byte said = in.readByte();
            if (said == Words.READY && isFetched(offer)) {
                out.writeInt(estate.state().length);
                out.write(estate.state());
                said = in.readByte();
            }
            switch (said) {
                case Words.READY -> out.writeByte(Words.YOURS);
                case Words.FAILED -> {
                    if (offer.fetched().isCompletedExceptionally()) {
                        isFetched(offer); // says why
                    }
                    throw new Refused(Reason.FAILED, failures(in, what));
                }
                default -> throw new IOException("the new process, " + what + ", is not understood");
            }
        }

        private boolean isFetched(DescriptorPassing.Offer offer) throws IOException {
            try {
                offer.fetched().get(patience.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } catch (ExecutionException e) {
                throw new IOException(e.getCause().getMessage(), e.getCause());
            } catch (TimeoutException e) {
                throw new IOException("the sockets were not fetched", e);
            }
        }

        private static List<String> failures(DataInputStream in, String what) throws IOException {
            List<String> lines = new ArrayList<>();
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                lines.add(in.readUTF());
            }
            lines.add("the new process, " + what + ", cannot serve; this one serves on");
            return lines;
        }

        /** Ends the new process; only this one, by its handle, and what it has started. */
        private void end() {
            try {
                process.destroy();
                if (!process.waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    process.waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
