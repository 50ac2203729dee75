package io.leba.kernel.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A node in another process, reached through its control socket. */
public final class RunningNode {
    private final Path socket;

    /** @param socket where the node listens */
    public RunningNode(Path socket) {
        this.socket = socket;
    }

    /** Asks without arguments. */
    public JsonNode ask(String command) throws IOException {
        return ask(command, Map.of());
    }

    /**
     * Asks for something to be done, and waits until it is.
     *
     * @return what came of it, as JSON
     * @throws Refused if the node refuses
     * @throws IOException if no node answers
     */
    public JsonNode ask(String command, Map<String, String> arguments) throws IOException {
        Map<String, String> request = new TreeMap<>(arguments);
        request.put("command", command);
        JsonNode reply;
        try (SocketChannel channel = connect()) {
            Wire.write(channel, Wire.tree(request));
            reply = Wire.read(channel);
        }
        JsonNode refused = reply.get("refused");
        if (refused != null) {
            List<String> problems = new ArrayList<>();
            refused.path("problems").forEach(problem -> problems.add(problem.asText()));
            throw new Refused(Refused.Reason.valueOf(refused.path("reason").asText("FAILED")), problems);
        }
        return reply.path("answer");
    }

    /** An answer as the record that the node made it of. */
    public static <T> T read(JsonNode answer, Class<T> type) {
        return Wire.read(answer, type);
    }

    private SocketChannel connect() throws IOException {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException | UnsupportedOperationException e) {
            throw new IOException("no running node answers at " + socket + " (" + e.getMessage()
                    + "); start one, or name its socket with --control-socket");
        }
    }
}
