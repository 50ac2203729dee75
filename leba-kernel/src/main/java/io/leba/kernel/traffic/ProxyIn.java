package io.leba.kernel.traffic;

import io.leba.spi.OnLoop;
import io.leba.spi.config.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Whose word a frontend takes for a client's address.
 *
 * @param isRequired whether everybody must begin with a header: who is not trusted is not served at all
 * @param from who is trusted; from others a header is not even looked for
 * @param patience how long a header may take
 */
public record ProxyIn(boolean isRequired, List<Cidr> from, Duration patience) {
    /** No header is looked for. */
    public static final ProxyIn OFF = new ProxyIn(false, List.of(), Duration.ZERO);

    /** Whether a header from there is read. */
    @OnLoop
    boolean trusts(SocketAddress peer) {
        if (from.isEmpty() || !(peer instanceof InetSocketAddress address)) {
            return false;
        }
        InetAddress ip = address.getAddress();
        byte[] bytes = ip.getAddress();
        for (int i = 0; i < from.size(); i++) {
            if (from.get(i).contains(bytes)) {
                return true;
            }
        }
        return false;
    }
}
