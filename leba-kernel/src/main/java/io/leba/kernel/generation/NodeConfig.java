package io.leba.kernel.generation;

import io.leba.kernel.contain.OnPluginFailure;
import io.leba.kernel.state.StateKey;
import io.leba.kernel.state.StateTarget;
import io.leba.kernel.transport.TransportKind;
import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Position;
import io.leba.spi.config.Range;
import io.leba.spi.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The root keys that belong to the kernel. */
@Doc("Keys of the node as a whole.")
public record NodeConfig(
        @Doc("Name of this node, unique in a cluster.") @Default("node1")
        String nodeId,

        @Doc(
                value = "One address on which every installed protocol that can be recognised from its first bytes is"
                        + " served, each to its default group: `:port` or `address:port`.",
                example = "\":5000\"")
        @Matches(value = "(\\S*):\\d{1,5}", expected = "an address such as ':5000' or '127.0.0.1:5000'")
        Optional<String> frontendAddress,

        @Doc(
                "Port on which the nodes of a cluster speak with each other. Has no effect, and says so, while no cluster plugin is installed.")
        @Range(min = "1", max = "65535")
        Optional<Integer> peerPort,

        @Doc(
                value = "Ports that frontends and backends of a protocol may use. A protocol that is not listed may use"
                        + " any port. `frontend_address` is exempt.",
                example = "{http: [80], https: [443]}")
        Map<String, List<Integer>> allowedPorts,

        @Doc("TLS for frontends whose protocol is a secure one (`https`) and that have no `tls` of their own.")
        Optional<TlsConfig> tlsConfig,

        @Doc(
                value =
                        "Who may say by the PROXY protocol whom a connection is for, on `frontend_address` and on frontends"
                                + " that do not say otherwise. Default: nobody.",
                example = "{accept: required, from: [10.0.0.0/8]}")
        Optional<ProxyProtocolConfig> proxyProtocol,

        @Doc(
                value = "The protocols that are recognised on `frontend_address`, in the order in which they are asked:"
                        + " the first that recognises a client's bytes has it. TLS is recognised before all of them."
                        + " Default: every installed one that can be recognised, in alphabetical order.",
                example = "[http]")
        List<String> detectProtocols,

        @Doc("How long a client on `frontend_address` may be silent before a protocol whose server speaks first has the"
                + " connection, and how long a protocol that comes later in the order waits for one before it.")
        @Default("1s")
        @Range(min = "10ms", max = "10s")
        Duration detectTimeout,

        @Doc("Event loops, which are threads that carry traffic. 0 = one for each core. Takes effect at the start.")
        @Default("0")
        @Range(min = "0", max = "1024")
        int eventLoops,

        @Doc(
                value =
                        "Memory that may be held for peers in all: what was read and not passed on, what waits to be taken, heads that have not come whole, bodies kept to be sent again. From three quarters of it on no connections are accepted; when it is spent, new requests are answered with 503. Default: half of the memory that the JVM may take outside its heap. Takes effect at the start.",
                example = "256MiB")
        @Range(min = "1MiB")
        Optional<ByteSize> bufferBudget,

        @Doc(
                "How sockets are driven. `auto` = epoll on Linux, kqueue on macOS, NIO elsewhere. Takes effect at the start.")
        @Default("auto")
        TransportKind transport,

        @Doc(
                "How long LEBA goes on taking connections when it stops, while `/readyz` says 503 already: as long as a balancer"
                        + " in front of it needs to notice.")
        @Default("0s")
        @Range(min = "0s", max = "10m")
        Duration shutdownDelay,

        @Doc("How long exchanges may take to finish when LEBA stops, after `shutdown_delay`.")
        @Default("30s")
        @Range(min = "0s", max = "1h")
        Duration shutdownTimeout,

        @Doc(
                "How long connections and exchanges of a replaced protocol or configuration may take to end before they are closed.")
        @Default("5m")
        @Range(min = "1s", max = "24h")
        Duration drainTimeout,

        @Doc(
                "How long a process that is to take this one's place (`leba upgrade`) may take to become ready, before it is ended.")
        @Default("60s")
        @Range(min = "1s", max = "1h")
        Duration upgradeTimeout,

        @Doc(
                value =
                        "File in which the node keeps what operators set at run time, what it knows of backends' health, and"
                                + " its generation's number, so that a restart goes on with it. Without this key nothing is kept.",
                example = "/var/lib/leba/state")
        Optional<Path> stateFile,

        @Doc(
                value =
                        "Encrypts the state file (AES-256-GCM): 32 bytes in base64 or hex. A file that is not encrypted yet is"
                                + " read, and encrypted when it is written next.",
                example = "${file:/run/secrets/leba-state-key}")
        @Secret
        Optional<String> stateKey,

        @Doc(
                "What becomes of exchanges while an extension is in quarantine because it failed 5 times in a row, where a frontend, group or rule does not say otherwise. Default: `reject` for filters, `fallback` for algorithms.")
        Optional<OnPluginFailure> onPluginFailure,

        Position position) {
    /** Requires a key that fits, and a file that it is for. */
    public NodeConfig {
        if (stateKey.isPresent()) {
            if (stateFile.isEmpty()) {
                throw new InvalidConfig("state_key", "has no effect without state_file; name a file, or remove it");
            }
            try {
                StateKey.parse(stateKey.get());
            } catch (IllegalArgumentException e) {
                throw new InvalidConfig("state_key", e.getMessage());
            }
        }
    }

    /** Where the node's state is kept. */
    public Optional<StateTarget> state() {
        return stateFile.map(file -> new StateTarget(file, stateKey.map(StateKey::parse)));
    }
}
