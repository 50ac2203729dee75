package io.leba.kernel.generation;

import io.leba.kernel.contain.OnPluginFailure;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Position;
import io.leba.spi.config.Range;
import java.util.Optional;

/** The kernel's keys of an item of {@code frontend_services}; the protocol's and the filters' keys stand beside them. */
@Doc("A listening address.")
public record FrontendConfig(
        @Doc("Name, unique among frontends. Default: `<protocol>-<port>`.")
        Optional<String> name,

        @Doc(value = "Protocol that clients speak here.", example = "http")
        String protocol,

        @Doc("Address to listen on. Default: all.") @Default("\"\"")
        String address,

        @Doc("Port; 0 = one that is free.") @Range(min = "0", max = "65535")
        int port,

        @Doc(
                "Group, or single backend, that serves what no rule sends elsewhere. Default: the protocol's default group.")
        Optional<String> defaultBackend,

        @Doc("TLS of this frontend, instead of `tls_config` as a whole.")
        Optional<TlsConfig> tls,

        @Doc(
                value = "Who may say by the PROXY protocol whom a connection is for. Default: what the root key says.",
                example = "{accept: required, from: [10.0.0.0/8]}")
        Optional<ProxyProtocolConfig> proxyProtocol,

        @Doc(
                "What becomes of exchanges while one of its filters is in quarantine because it failed 5 times in a row. Default: what the root key says, else `reject`.")
        Optional<OnPluginFailure> onPluginFailure,

        Position position) {
    /** The name, or {@code protocol-port}. */
    public String nameOrDefault() {
        return name.orElse(protocol + "-" + port);
    }
}
