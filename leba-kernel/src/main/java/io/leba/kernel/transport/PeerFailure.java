package io.leba.kernel.transport;

import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** A connection with a peer that did not come about, in plain words; the cause has what the system or the library said. */
public final class PeerFailure extends IOException {
    private static final long serialVersionUID = 1L;

    /** What systems say and what is told for it. The address is left out: whoever tells it knows the peer's name. */
    private static final List<Saying> SAYINGS = List.of(
            new Saying("connection refused", "connection refused"),
            new Saying("no route to host", "no route to host"),
            new Saying("network is unreachable", "network unreachable"),
            new Saying("host is down", "host down"),
            new Saying("timed out", "timed out"),
            new Saying("connection reset", "connection reset by the peer"),
            new Saying("broken pipe", "connection reset by the peer"),
            new Saying("cannot assign requested address", "no local address or port is free"),
            new Saying("too many open files", "too many open files; raise the limit, 'ulimit -n'"));

    private static final Pattern CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

    private record Saying(String part, String words) {}

    private PeerFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** Where it was noticed tells nothing, and a peer that refuses may be tried thousands of times a second. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    /** The failure in words, if it is one of the network; else the cause itself. */
    static Throwable of(Throwable cause) {
        return words(cause)
                .<Throwable>map(words -> new PeerFailure(words, cause))
                .orElse(cause);
    }

    /** Why it failed: in plain words if it is a failure of the network, else what the throwable says. */
    public static String reason(Throwable cause) {
        return words(cause).orElseGet(() -> {
            String message = cause.getMessage();
            return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
        });
    }

    /** What a handshake failed for; what is around it only says that it did. */
    private static String innermost(Throwable cause) {
        String said = cause.getMessage();
        for (Throwable one = cause.getCause(); one != null; one = one.getCause()) {
            if (one instanceof CertificateException && one.getMessage() != null) {
                return one.getMessage();
            }
            said = one.getMessage() == null ? said : one.getMessage();
        }
        return said;
    }

    private static Optional<String> words(Throwable cause) {
        if (cause instanceof SSLException) {
            return Optional.of("TLS: " + innermost(cause));
        }
        if (!(cause instanceof IOException) || cause instanceof PeerFailure) {
            return Optional.empty();
        }
        if (cause instanceof ConnectTimeoutException || cause instanceof SocketTimeoutException) {
            return Optional.of("timed out");
        }
        if (cause instanceof ClosedChannelException) {
            return Optional.of("connection closed");
        }
        String message = String.valueOf(cause.getMessage());
        String said = message.toLowerCase(Locale.ROOT);
        for (Saying saying : SAYINGS) {
            if (said.contains(saying.part())) {
                return Optional.of(saying.words());
            }
        }
        String without = CALL.matcher(message).replaceFirst("");
        return without.equals(message) ? Optional.empty() : Optional.of(without);
    }
}
