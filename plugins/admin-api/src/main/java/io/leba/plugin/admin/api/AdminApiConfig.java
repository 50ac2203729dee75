package io.leba.plugin.admin.api;

import io.leba.spi.config.Cidr;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Inline;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Range;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Where the management address is.
 *
 * @param apiPort the port
 * @param apiAddress an IP address of this machine; empty for all of them
 */
@Inline
@Doc("The management address: health, state and metrics over HTTP. Everything on it is read-only.")
public record AdminApiConfig(
        @Doc(
                value =
                        "The port of the management address; `0` takes a free one and logs it. Without this key there is none.",
                example = "8080")
        @Range(min = "0", max = "65535")
        int apiPort,

        @Doc(
                value =
                        "The IP address to listen on, or `localhost`. All addresses of the machine if it is not written.",
                example = "127.0.0.1")
        Optional<String> apiAddress) {
    /** Refuses what is not an address: names would have to be looked up. */
    public AdminApiConfig {
        apiAddress.ifPresent(AdminApiConfig::resolve);
    }

    /** The address to bind. */
    InetSocketAddress bindAddress() {
        return apiAddress
                .map(text -> new InetSocketAddress(resolve(text), apiPort))
                .orElseGet(() -> new InetSocketAddress(apiPort));
    }

    private static InetAddress resolve(String text) {
        if (text.equals("localhost")) {
            return InetAddress.getLoopbackAddress();
        }
        try {
            if (text.indexOf('/') < 0) {
                Cidr.parse(text);
                return InetAddress.getByName(text);
            }
        } catch (IllegalArgumentException | UnknownHostException e) {
            // Falls through to the one message.
        }
        throw new InvalidConfig(
                "api_address", "must be an IP address such as 127.0.0.1 or ::1, or localhost, got '" + text + "'");
    }
}
