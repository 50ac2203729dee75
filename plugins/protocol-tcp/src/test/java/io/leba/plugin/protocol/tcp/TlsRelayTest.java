package io.leba.plugin.protocol.tcp;

import static io.leba.plugin.protocol.tcp.Endpoints.async;
import static io.leba.plugin.protocol.tcp.Endpoints.connect;
import static io.leba.plugin.protocol.tcp.Endpoints.random;
import static io.leba.plugin.protocol.tcp.Endpoints.readAll;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leba.plugin.protocol.tcp.TcpConfig.Splice;
import io.leba.spi.protocol.Outcome;
import io.netty.channel.Channel;
import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that speaks TLS with LEBA: the bytes go through the process, whatever the transport. */
class TlsRelayTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static SslContext forClients;
    private static SSLContext client;

    @BeforeAll
    static void makeCertificate(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("key.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "leba",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD),
                        "-validity",
                        "2")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeTrue(keytool.waitFor(60, TimeUnit.SECONDS) && keytool.exitValue() == 0, "keytool works");
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store);
        forClients =
                SslContextBuilder.forServer(keys).sslProvider(SslProvider.JDK).build();
        client = SSLContext.getInstance("TLSv1.3");
        client.init(null, trusted.getTrustManagers(), null);
    }

    @ParameterizedTest
    @EnumSource
    void bytesAndEndsGetThroughBothWays(Relay.Channels transport) throws Exception {
        assumeTrue(transport == Relay.Channels.NIO || Epoll.isAvailable());
        byte[] request = random(3 << 20);
        byte[] response = random((3 << 20) + 1);
        try (Relay relay = relay(transport);
                Endpoints.Accepting backend = new Endpoints.Accepting()) {
            relay.with(backend.address());
            InetSocketAddress address = relay.listen();
            try (Socket secure = client.getSocketFactory().createSocket(address.getAddress(), address.getPort());
                    Socket served = handshakeThenAccept(secure, backend)) {
                CompletableFuture<byte[]> received = async(() -> readAll(served));
                secure.getOutputStream().write(request);
                secure.shutdownOutput();
                assertArrayEquals(request, received.get());
                CompletableFuture<byte[]> answered = async(() -> readAll(secure));
                served.getOutputStream().write(response);
                served.shutdownOutput();
                assertArrayEquals(response, answered.get());
            }
            await().until(() -> relay.kernel.exits().size() == 1);
            assertEquals(List.of(Outcome.SUCCESS), relay.kernel.exits());
            await().until(() -> relay.clients.stream().noneMatch(Channel::isOpen));
            assertEquals(
                    request.length + response.length,
                    relay.kernel.scope().measured().count("leba_tcp_relayed_bytes", "way", "copy"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBackendThatEndsFirstIsToldToTheClientInTlsAndMayStillBeWrittenTo(Relay.Channels transport) throws Exception {
        assumeTrue(transport == Relay.Channels.NIO || Epoll.isAvailable());
        byte[] greeting = random(100_000);
        byte[] request = random(200_000);
        try (Relay relay = relay(transport);
                Endpoints.Accepting backend = new Endpoints.Accepting()) {
            relay.with(backend.address());
            InetSocketAddress address = relay.listen();
            try (Socket secure = client.getSocketFactory().createSocket(address.getAddress(), address.getPort());
                    Socket served = handshakeThenAccept(secure, backend)) {
                CompletableFuture<Boolean> sent = async(() -> {
                    served.getOutputStream().write(greeting);
                    served.shutdownOutput();
                    return true;
                });
                // A stream that is cut off without close_notify fails here.
                assertArrayEquals(greeting, readAll(secure));
                sent.get();
                CompletableFuture<byte[]> received = async(() -> readAll(served));
                secure.getOutputStream().write(request);
                secure.shutdownOutput();
                assertArrayEquals(request, received.get());
            }
            await().until(() -> relay.kernel.exits().size() == 1);
            assertEquals(List.of(Outcome.SUCCESS), relay.kernel.exits());
        }
    }

    @ParameterizedTest
    @EnumSource
    void noBackendIsConnectedForAClientThatDoesNotSpeakTls(Relay.Channels transport) throws Exception {
        assumeTrue(transport == Relay.Channels.NIO || Epoll.isAvailable());
        try (Relay relay = relay(transport);
                Endpoints.Accepting backend = new Endpoints.Accepting()) {
            relay.with(backend.address());
            try (Socket plain = connect(relay.listen())) {
                plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes());
                await().until(() ->
                        relay.clients.size() == 1 && !relay.clients.get(0).isOpen());
            }
            assertEquals(0, relay.group.picks());
            assertEquals(0, relay.kernel.entered());
        }
    }

    private static Relay relay(Relay.Channels transport) {
        Relay relay = new Relay(
                transport, new TcpConfig(Duration.ofMinutes(10), Optional.empty(), Splice.AUTO, Duration.ofSeconds(3)));
        relay.secure(forClients);
        return relay;
    }

    private static Socket handshakeThenAccept(Socket secure, Endpoints.Accepting backend) throws Exception {
        secure.setSoTimeout(30_000);
        ((javax.net.ssl.SSLSocket) secure).startHandshake();
        return backend.accept();
    }
}
