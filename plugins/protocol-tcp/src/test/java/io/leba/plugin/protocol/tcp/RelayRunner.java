package io.leba.plugin.protocol.tcp;

import io.leba.plugin.protocol.tcp.TcpConfig.Splice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Runs one relay without a kernel, to try and to measure: {@code RelayRunner PORT BACKEND_PORT auto|never [nio|epoll]}. */
final class RelayRunner {
    private RelayRunner() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int backend = Integer.parseInt(arguments[1]);
        Splice splice = Splice.valueOf(arguments[2].toUpperCase(Locale.ROOT));
        Relay.Channels transport = arguments.length > 3
                ? Relay.Channels.valueOf(arguments[3].toUpperCase(Locale.ROOT))
                : Relay.Channels.EPOLL;
        Relay relay = new Relay(
                transport, new TcpConfig(Duration.ofMinutes(10), Optional.empty(), splice, Duration.ofSeconds(3)));
        relay.with(new InetSocketAddress(InetAddress.getLoopbackAddress(), backend));
        System.out.println("relay on " + relay.listen(port));
        Thread.currentThread().join();
    }
}
