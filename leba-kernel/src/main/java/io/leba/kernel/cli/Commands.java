package io.leba.kernel.cli;

import io.leba.kernel.admin.Node;
import io.leba.kernel.remote.ControlSocket;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a running node is told from outside: requests on its control socket, and SIGHUP, which reloads the configuration. */
final class Commands implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Commands.class);

    private final Optional<ControlSocket> socket;

    private Commands(Optional<ControlSocket> socket) {
        this.socket = socket;
    }

    /**
     * Takes them from now on. A socket that cannot be used is logged, and the node serves without it.
     *
     * @param config the file that the node serves
     * @param takesOver whether an earlier process, which ends, may still listen there
     */
    static Commands take(Node node, Path config, Optional<Path> path, boolean takesOver) {
        Signals.handle("HUP", () -> reload(node));
        if (path.isEmpty()) {
            return new Commands(Optional.empty());
        }
        try {
            return new Commands(Optional.of(ControlSocket.listen(path.get(), node, config, takesOver)));
        } catch (IOException e) {
            LOGGER.warn("commands such as 'leba reload' do not reach this node: {}", e.getMessage());
            return new Commands(Optional.empty());
        }
    }

    private static void reload(Node node) {
        try {
            node.reload();
        } catch (Refused e) {
            LOGGER.debug("the reload was refused, as logged", e);
        }
    }

    @Override
    public void close() {
        try {
            if (socket.isPresent()) {
                socket.get().close();
            }
        } catch (IOException e) {
            LOGGER.debug("the control socket was not closed in order", e);
        }
    }
}
