package io.leba.spi.discovery;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Position;
import io.leba.spi.config.Range;
import java.util.Map;
import java.util.Optional;

/**
 * One backend as configured or discovered. Bindable from YAML.
 *
 * @param name unique in its group; absent: {@code address:port}
 * @param address an IP address or host name; host names are resolved by the kernel when the backend is added
 * @param port the port
 * @param protocol the protocol it speaks; absent: that of its group, or of the source
 * @param groupName the group it belongs to; absent: the source's group, else the protocol's default group
 * @param weight its share, relative to the others; 0: no new traffic
 * @param priority 0 is used first
 * @param labels free-form
 * @param position where it is written
 */
public record BackendSpec(
        @Doc("Name, unique in its group. Default: `address:port`.")
        Optional<String> name,

        @Doc(value = "IP address or host name.", example = "192.168.1.10")
        @Matches(value = "\\S+", expected = "an IP address or host name")
        String address,

        @Doc("Port.") @Range(min = "1", max = "65535") int port,

        @Doc("Protocol that the backend speaks. Default: that of its group.")
        Optional<String> protocol,

        @Doc(
                "Group that the backend belongs to. Default: the group this is written in, else the protocol's default group.")
        Optional<String> groupName,

        @Doc("Share of traffic relative to the other backends of the group; 0 = no new traffic.")
        @Default("1")
        @Range(min = "0", max = "65535")
        int weight,

        @Doc("Backends of priority 0 are used first; higher numbers only when none of a lower number is available.")
        @Default("0")
        @Range(min = "0", max = "255")
        int priority,

        @Doc("Free-form labels.") Map<String, String> labels,
        Position position) {
    /** A backend with no more than an address. */
    public static BackendSpec of(String address, int port) {
        return new BackendSpec(
                Optional.empty(), address, port, Optional.empty(), Optional.empty(), 1, 0, Map.of(), Position.NONE);
    }

    /** The name, or {@code address:port}. */
    public String nameOrAddress() {
        return name.orElseGet(() -> (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port);
    }
}
