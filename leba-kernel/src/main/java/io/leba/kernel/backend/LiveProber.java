package io.leba.kernel.backend;

import io.leba.kernel.thread.BackgroundScope;
import io.leba.kernel.thread.ControlQueue;
import io.leba.kernel.transport.Dialer;
import io.leba.kernel.transport.Dialer.Peer;
import io.leba.kernel.transport.Dialer.Preamble;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.PeerFailure;
import io.leba.kernel.transport.tls.ClientTls;
import io.leba.spi.Background.Cancellable;
import io.leba.spi.health.BackgroundCheck;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.ProbeResult;
import io.leba.spi.health.Target;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Probes over real connections: conversations on the aside loop, checks that may block on the background threads. */
final class LiveProber implements Prober {
    private final KernelLoop aside;
    private final Dialer dialer;
    private final BackgroundScope background;
    private final ControlQueue control;

    LiveProber(KernelLoop aside, Dialer dialer, BackgroundScope background, ControlQueue control) {
        this.aside = aside;
        this.dialer = dialer;
        this.background = background;
        this.control = control;
    }

    @Override
    public Cancellable probe(
            HealthCheck check, Target target, Optional<ClientTls> tls, Consumer<ProbeResult> onResult) {
        if (check instanceof BackgroundCheck blocking) {
            return block(blocking, target, onResult);
        }
        return converse((ConversationCheck) check, target, tls, onResult);
    }

    private static ProbeResult late(Duration timeout) {
        return ProbeResult.down("no answer within " + timeout.toMillis() + " ms");
    }

    private Cancellable block(BackgroundCheck check, Target target, Consumer<ProbeResult> onResult) {
        AtomicBoolean isOver = new AtomicBoolean();
        Cancellable work = background.start(() -> {
            ProbeResult result;
            try {
                result = check.probe(target);
            } catch (Throwable e) {
                result = ProbeResult.down(PeerFailure.reason(e));
            }
            if (isOver.compareAndSet(false, true)) {
                onResult.accept(result);
            }
        });
        Cancellable timer = control.after(target.timeout(), () -> {
            if (isOver.compareAndSet(false, true)) {
                work.close();
                onResult.accept(late(target.timeout()));
            }
        });
        return () -> {
            isOver.set(true);
            timer.close();
            work.close();
        };
    }

    private Cancellable converse(
            ConversationCheck check, Target target, Optional<ClientTls> tls, Consumer<ProbeResult> onResult) {
        Probe probe = new Probe(target, onResult);
        aside.execute(() -> probe.begin(check, tls));
        return () -> aside.execute(probe::cancel);
    }

    /** One conversation; on the aside loop. */
    private final class Probe {
        private final Target target;
        private final Consumer<ProbeResult> onResult;
        private java.util.concurrent.Future<?> timer;
        private Channel channel;
        private boolean isOver;

        Probe(Target target, Consumer<ProbeResult> onResult) {
            this.target = target;
            this.onResult = onResult;
        }

        void begin(ConversationCheck check, Optional<ClientTls> tls) {
            if (isOver) {
                return;
            }
            timer = aside.eventLoop()
                    .schedule(
                            () -> end(late(target.timeout())), target.timeout().toNanos(), TimeUnit.NANOSECONDS);
            try {
                Optional<BackendEntry> entry =
                        target.backend() instanceof BackendEntry own ? Optional.of(own) : Optional.empty();
                Peer peer = new Peer(
                        target.backend().address(),
                        tls.map(one -> one.towards(
                                entry.map(own -> own.spec().address()).orElse(""), check.applicationProtocols())),
                        entry.flatMap(LoopPool::introduced).map(version -> new Preamble(version, Optional.empty())));
                dialer.dial(aside, peer, target.timeout(), new Dialer.Dialed() {
                    @Override
                    public void connected(Channel connected) {
                        channel = connected;
                        if (isOver) {
                            connected.close();
                            return;
                        }
                        connected.pipeline().addLast(new ConversationHandler(check.begin(target), Probe.this::end));
                    }

                    @Override
                    public void failed(Throwable cause, boolean isTimeout) {
                        end(isTimeout ? late(target.timeout()) : ProbeResult.down(PeerFailure.reason(cause)));
                    }
                });
            } catch (Throwable e) {
                end(ProbeResult.down(PeerFailure.reason(e)));
            }
        }

        private void end(ProbeResult result) {
            if (!isOver) {
                cancel();
                onResult.accept(result);
            }
        }

        void cancel() {
            isOver = true;
            if (timer != null) {
                timer.cancel(false);
            }
            if (channel != null) {
                channel.close();
            }
        }
    }
}
