package io.leba.kernel.traffic;

import io.leba.kernel.traffic.Frontend.Entry;
import io.leba.kernel.traffic.Frontend.Mode;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.ProxyAddresses;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Detector;
import io.leba.spi.tls.TlsSession;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives a connection to the protocol that recognises its first bytes; they are replayed. TLS is recognised first, where there is
 * a certificate, and then what is inside. Protocols are asked in their order: one that recognises the bytes waits for those
 * before it that want more, so how a message is cut into pieces decides nothing. After a silence the first protocol whose server
 * speaks first has the connection. Whom nobody recognises within {@value #MOST_BYTES} bytes or {@value #MOST_MILLIS} ms is closed.
 */
@OnLoop
final class Detection extends FirstBytes {
    private static final int MOST_BYTES = 1024;
    private static final long MOST_MILLIS = 10_000;

    private final Optional<TlsSession> tls;
    private final ProxyAddresses addresses;
    private final List<Entry> candidates = new ArrayList<>();
    private Mode mode;
    private boolean mayBeTls;

    /** Who recognises the bytes, while somebody before it wants more. */
    private Entry favourite;

    /** Whether the client has had the time that others are waited for. */
    private boolean isSilenceOver;

    /**
     * @param tls empty: the client speaks in the clear so far; otherwise this is about what is inside
     * @param addresses what the PROXY protocol said; null: nothing
     */
    Detection(Frontend frontend, KernelLoop loop, Mode mode, Optional<TlsSession> tls, ProxyAddresses addresses) {
        super(frontend, loop);
        this.tls = tls;
        this.addresses = addresses;
        begin(mode);
    }

    private void begin(Mode now) {
        mode = now;
        favourite = null;
        candidates.clear();
        for (Entry entry : now.lines()) {
            if (entry.isSecure() == tls.isPresent()) {
                candidates.add(entry);
            }
        }
        mayBeTls = tls.isEmpty() && now.entrance().tls().isPresent();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        expireIn(silenceMillis());
    }

    private long silenceMillis() {
        return Math.min(
                mode.entrance().detecting().map(java.time.Duration::toMillis).orElse(MOST_MILLIS), MOST_MILLIS);
    }

    @Override
    void expired() {
        if (isSilenceOver) {
            refuse(Refusal.DETECT_TIMEOUT);
            return;
        }
        isSilenceOver = true;
        Entry chosen = hasSeenNothing() ? firstWhoseServerSpeaks() : favourite;
        if (chosen != null) {
            ByteBuf seen = hasSeenNothing() ? Unpooled.EMPTY_BUFFER : takeSeen();
            if (give(seen, chosen) == Fate.DONE) {
                seen.release();
            }
            context().fireChannelReadComplete();
        } else {
            expireIn(MOST_MILLIS - silenceMillis());
        }
    }

    private Entry firstWhoseServerSpeaks() {
        update();
        for (Entry entry : candidates) {
            if (entry.detector().serverSpeaksFirst()) {
                return entry;
            }
        }
        return null;
    }

    /** If a new generation serves, what was seen so far is asked again. */
    private void update() {
        Mode now = frontend.mode();
        if (now != mode) {
            begin(now);
        }
    }

    @Override
    Fate look(ByteBuf all) {
        update();
        if (mayBeTls) {
            Detector.Detection answer = ClientHelloStart.detect(all);
            if (answer == Detector.Detection.YES) {
                return beginTls(all);
            }
            mayBeTls = answer == Detector.Detection.MORE;
        }
        boolean isFirst = ask(all) && !mayBeTls;
        if (favourite != null && (isFirst || isSilenceOver || all.readableBytes() >= MOST_BYTES)) {
            return give(all, favourite);
        }
        if (favourite == null && candidates.isEmpty() && !mayBeTls || all.readableBytes() >= MOST_BYTES) {
            return refuse(Refusal.UNRECOGNISED);
        }
        return Fate.KEPT;
    }

    private Fate beginTls(ByteBuf all) {
        frontend.secure(context().channel(), loop, mode.entrance().tls().orElseThrow(), addresses);
        return passOn(all, null);
    }

    private Fate give(ByteBuf all, Entry chosen) {
        return passOn(all, frontend.give(context().channel(), loop, chosen.line(), tls, addresses));
    }

    /** Asks those who are not sure yet, up to one who is; whether nobody before the favourite is left. */
    private boolean ask(ByteBuf bytes) {
        int i = 0;
        while (i < candidates.size()) {
            Detector.Detection answer = ask(candidates.get(i), bytes);
            if (answer == Detector.Detection.YES) {
                favourite = candidates.get(i);
                candidates.subList(i, candidates.size()).clear();
            } else if (answer == Detector.Detection.NO) {
                candidates.remove(i);
            } else {
                i++;
            }
        }
        return candidates.isEmpty();
    }

    private Detector.Detection ask(Entry candidate, ByteBuf bytes) {
        int from = bytes.readerIndex();
        try {
            return candidate.detector().detect(bytes);
        } catch (RuntimeException | LinkageError e) {
            frontend.detectorFailed(candidate, e);
            return Detector.Detection.NO;
        } finally {
            bytes.readerIndex(from);
        }
    }
}
