package io.leba.testkit.health;

import static io.leba.testkit.contract.Refusal.assertRefused;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Scope;
import io.leba.spi.balance.Backend;
import io.leba.spi.config.NoConfig;
import io.leba.spi.health.BackgroundCheck;
import io.leba.spi.health.Conversation;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.HealthCheckProvider;
import io.leba.spi.health.ProbeResult;
import io.leba.spi.health.Target;
import io.leba.testkit.ToyModule;
import io.leba.testkit.contract.Refusal;
import io.leba.testkit.origin.TcpOrigin;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Checks that keep their contracts pass, and each guard fails one that breaks it. */
class HealthContractsTest {
    @Nested
    class GoodConversation extends ConversationCheckContract {
        GoodConversation() {
            super(ToyModule.plugin(), "pong");
        }

        @Override
        protected String good() {
            return "pong\n";
        }

        @Override
        protected String bad() {
            return "ping\n";
        }
    }

    @Nested
    class GoodBackground extends BackgroundCheckContract {
        private TcpOrigin yes;
        private TcpOrigin no;
        private TcpOrigin silent;

        GoodBackground() {
            super(ToyModule.plugin(), "knock");
        }

        @BeforeEach
        void start() throws IOException {
            yes = TcpOrigin.playing(session -> session.send("y"));
            no = TcpOrigin.playing(session -> session.send("n"));
            silent = TcpOrigin.playing(TcpOrigin.Session::awaitEnd);
        }

        @AfterEach
        void stop() throws IOException {
            yes.close();
            no.close();
            silent.close();
        }

        @Override
        protected Target good() {
            return target(yes.port());
        }

        @Override
        protected Target bad() {
            return target(no.port());
        }

        @Override
        protected Target silent() {
            return target(silent.port());
        }
    }

    static Target target(int port) {
        Backend backend = (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(),
                new Class<?>[] {Backend.class},
                (proxy, method, arguments) -> method.getName().equals("address")
                        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                        : method.getReturnType() == String.class ? "backend" : null);
        return new Target(backend, Duration.ofSeconds(5));
    }

    private static final class Provider extends Refusal.Making<HealthCheck> implements HealthCheckProvider<NoConfig> {
        Provider(Function<Scope, HealthCheck> maker) {
            super(maker);
        }
    }

    private static LebaPlugin plugin(HealthCheck check) {
        return Refusal.plugin(new Provider(scope -> check));
    }

    /** A conversation of which a test changes what is wrong. */
    private static class Talk implements Conversation {
        final StringBuilder said = new StringBuilder();

        @Override
        public Step opened() {
            return Step.await();
        }

        @Override
        public Step received(ByteBuffer bytes) {
            byte[] piece = new byte[bytes.remaining()];
            bytes.get(piece);
            said.append(new String(piece, StandardCharsets.ISO_8859_1));
            return judge();
        }

        Step judge() {
            if (said.length() < 3) {
                return Step.await();
            }
            return Step.done(said.toString().startsWith("yes") ? ProbeResult.up() : ProbeResult.down("it said no"));
        }

        @Override
        public ProbeResult closed() {
            return ProbeResult.down("closed");
        }
    }

    private static final class Trial extends ConversationCheckContract {
        Trial(ConversationCheck check) {
            super(plugin(check), "trial");
        }

        @Override
        protected String good() {
            return "yes";
        }

        @Override
        protected String bad() {
            return "noo";
        }
    }

    @Test
    void aWellBehavedConversationPasses() {
        Trial trial = new Trial(target -> new Talk());

        trial.aGoodAnswerIsUpHoweverItIsCut();
        trial.aBadAnswerIsDownWithTheSameReasonHoweverItIsCut();
        trial.conversationsDoNotDisturbEachOther();
        trial.aReasonFitsOnALineWhateverTheBackendSays();
        trial.aProbeNeverWaits();
    }

    @Test
    void refusesOneThatExpectsTheAnswerInOnePiece() {
        assertRefused(new Trial(target -> new Talk() {
            @Override
            Step judge() {
                return Step.done(said.toString().equals("yes") ? ProbeResult.up() : ProbeResult.down("no"));
            }
        })::aGoodAnswerIsUpHoweverItIsCut);
    }

    @Test
    void refusesAReasonThatDependsOnThePieces() {
        assertRefused(new Trial(target -> new Talk() {
            private int pieces;

            @Override
            Step judge() {
                pieces++;
                return said.length() < 3 ? Step.await() : Step.done(ProbeResult.down("in " + pieces));
            }
        })::aBadAnswerIsDownWithTheSameReasonHoweverItIsCut);
    }

    @Test
    void refusesOneThatAnswersByThePiece() {
        assertRefused(new Trial(target -> new Talk() {
            @Override
            Step judge() {
                return said.length() < 3 ? Step.send(ByteBuffer.wrap(new byte[] {'?'})) : Step.done(ProbeResult.up());
            }
        })::saysTheSameHoweverTheAnswerIsCut);
    }

    @Test
    void refusesOneThatIsContentWithNothing() {
        assertRefused(new Trial(target -> new Talk() {
            @Override
            public ProbeResult closed() {
                return ProbeResult.up();
            }
        })::aBackendThatClosesAtOnceIsDownUnlessAConnectionIsEnough);
        assertRefused(new Trial(target -> new Talk() {
            @Override
            public Step opened() {
                return Step.done(ProbeResult.up());
            }
        })::aBackendThatClosesAtOnceIsDownUnlessAConnectionIsEnough);
    }

    @Test
    void refusesConversationsThatShareState() {
        Talk one = new Talk();
        assertRefused(new Trial(target -> one)::conversationsDoNotDisturbEachOther);
    }

    @Test
    void refusesOneThatIsTakenInByNoiseOrKeepsIt() {
        assertRefused(new Trial(target -> new Talk() {
            @Override
            Step judge() {
                return said.length() < 3 ? Step.await() : Step.done(ProbeResult.up());
            }
        })::neitherNoiseNorAFloodIsTakenForAnAnswerOrKept);
        assertRefused(new Trial(target -> new Talk() {
            @Override
            Step judge() {
                return Step.await();
            }
        })::neitherNoiseNorAFloodIsTakenForAnAnswerOrKept);
    }

    @Test
    void refusesAReasonThatQuotesTheBackendWhole() {
        assertRefused(new Trial(target -> new Talk() {
            @Override
            Step judge() {
                return said.length() < 3 ? Step.await() : Step.done(ProbeResult.down("said " + said));
            }
        })::aReasonFitsOnALineWhateverTheBackendSays);
    }

    @Test
    void refusesAProbeThatWaits() {
        assertRefused(new Trial(target -> {
            LockSupport.parkNanos(1000);
            return new Talk();
        })::aProbeNeverWaits);
    }

    private static final class Background extends BackgroundCheckContract {
        Background(BackgroundCheck check) {
            super(plugin(check), "trial");
        }

        @Override
        protected Target good() {
            return target(1);
        }

        @Override
        protected Target bad() {
            return target(2);
        }

        @Override
        protected Target silent() {
            return target(3);
        }
    }

    @Test
    void refusesAVerdictThatIsAlwaysTheSame() {
        assertRefused(new Background(target -> ProbeResult.down("never"))::aGoodBackendIsUp);
        assertRefused(new Background(target -> ProbeResult.up())::aBadBackendIsDownWithAReason);
        assertRefused(new Background(target -> ProbeResult.down(""))::aBadBackendIsDownWithAReason);
        assertRefused(new Background(target -> ProbeResult.up())::probesDoNotDisturbEachOther);
    }

    @Test
    void refusesAProbeThatInterruptionDoesNotEnd() {
        assertRefused(new Background(target -> {
            long end = System.nanoTime() + Duration.ofSeconds(7).toNanos();
            while (System.nanoTime() - end < 0) {
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                Thread.interrupted();
            }
            return ProbeResult.up();
        })::aProbeThatIsInterruptedEnds);
    }
}
