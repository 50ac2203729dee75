package io.leba.kernel.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** Failures of connections are told in the same plain words, whatever drives the sockets. */
class PeerFailureTest {
    private static void assertWords(String expected, Throwable cause) {
        assertEquals(expected, PeerFailure.reason(cause));
        assertEquals(expected, PeerFailure.of(cause).getMessage());
        assertSame(cause, PeerFailure.of(cause).getCause());
        assertEquals(expected, PeerFailure.reason(PeerFailure.of(cause)), "told again it stays the same");
    }

    @Test
    void whatSystemsSayIsToldInPlainWords() {
        assertWords(
                "connection refused",
                new ConnectException("finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:1"));
        assertWords("connection refused", new ConnectException("Connection refused: /127.0.0.1:1"));
        assertWords("no route to host", new NoRouteToHostException("No route to host: /10.0.0.1:80"));
        assertWords(
                "network unreachable",
                new SocketException("connect(..) failed with error(-101): Network is unreachable: /10.0.0.1:80"));
        assertWords("timed out", new ConnectTimeoutException("connection timed out after 3000 ms: /10.0.0.1:80"));
        assertWords("timed out", new ConnectException("Connection timed out: /10.0.0.1:80"));
        assertWords(
                "connection reset by the peer",
                new IOException("recvAddress(..) failed with error(-104): Connection reset by peer"));
        assertWords("connection closed", new ClosedChannelException());
        assertWords("Value too large", new IOException("connect(..) failed with error(-75): Value too large"));
    }

    @Test
    void whatIsNotOfTheNetworkIsLeftAsItIs() {
        for (Throwable cause :
                new Throwable[] {new IOException("said so"), new IllegalStateException("connection refused by a plugin")
                }) {
            assertSame(cause, PeerFailure.of(cause));
            assertEquals(cause.getMessage(), PeerFailure.reason(cause));
        }
        assertEquals("IllegalStateException", PeerFailure.reason(new IllegalStateException()));
    }

    @Test
    void ofTlsTheReasonIsTold() {
        SSLHandshakeException plain = new SSLHandshakeException("Received fatal alert: handshake_failure");
        assertEquals("TLS: Received fatal alert: handshake_failure", PeerFailure.reason(plain));

        SSLHandshakeException wrapped = new SSLHandshakeException("General OpenSslEngine problem");
        wrapped.initCause(
                new java.security.cert.CertificateException("it has expired", new RuntimeException("detail")));
        assertEquals("TLS: it has expired", PeerFailure.of(wrapped).getMessage());
    }
}
