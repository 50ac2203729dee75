package io.leba.kernel.generation;

import io.leba.kernel.traffic.ProxyIn;
import io.leba.spi.config.Cidr;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Position;
import io.leba.spi.config.Range;
import java.time.Duration;
import java.util.List;

/**
 * Who may say by the PROXY protocol whom a connection is for.
 *
 * @param accept whether there has to be a header
 * @param from who is trusted
 * @param timeout for a header to arrive
 * @param position where it is written
 */
@Doc("Headers of the PROXY protocol, versions 1 and 2, from balancers in front of this one.")
public record ProxyProtocolConfig(
        @Doc("`required` = every connection begins with a header, and one from elsewhere than `from` is closed;"
                + " `optional` = those from `from` may begin with one, and the others are what they are; `off` = no header is"
                + " looked for.")
        @Default("required")
        Accept accept,

        @Doc(
                value = "Addresses whose headers are believed: those of the balancers in front.",
                example = "[10.0.0.0/8, 2001:db8::/32]")
        List<Cidr> from,

        @Doc("How long a header may take to arrive. With `optional`, a client that says nothing for so long has none.")
        @Default("3s")
        @Range(min = "10ms", max = "1m")
        Duration timeout,

        Position position) {
    /** Whether there has to be a header. */
    public enum Accept {
        /** None is looked for. */
        OFF,
        /** There may be one. */
        OPTIONAL,
        /** There must be one. */
        REQUIRED
    }

    /** Requires somebody to trust. */
    public ProxyProtocolConfig {
        if (accept != Accept.OFF && from.isEmpty()) {
            throw new InvalidConfig(
                    "from",
                    "required: whoever is trusted can be anybody; name the addresses of the balancers in front, such as"
                            + " [10.0.0.0/8]");
        }
    }

    ProxyIn terms() {
        return accept == Accept.OFF ? ProxyIn.OFF : new ProxyIn(accept == Accept.REQUIRED, from, timeout);
    }
}
