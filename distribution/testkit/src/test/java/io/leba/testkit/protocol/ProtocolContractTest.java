package io.leba.testkit.protocol;

import static io.leba.testkit.contract.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.spi.LebaPlugin;
import io.leba.spi.config.NoConfig;
import io.leba.spi.protocol.Detector;
import io.leba.spi.protocol.Detector.Detection;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.ProtocolProvider;
import io.leba.testkit.ToyModule;
import io.leba.testkit.contract.Refusal;
import io.leba.testkit.node.TcpClient;
import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.TcpOrigin;
import java.io.IOException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A protocol that keeps the contract passes, and each guard fails one that breaks it. */
class ProtocolContractTest {
    @Nested
    class Good extends Lines {
        Good() {
            super(ToyModule.plugin(), "line", "none");
        }
    }

    private abstract static class Lines extends ProtocolContract {
        private final String flaw;

        Lines(LebaPlugin plugin, String type, String flaw) {
            super(plugin, type);
            this.flaw = flaw;
        }

        @Override
        protected TestNode.Builder builder() {
            return TestNode.builder().plugin(ToyModule.folder());
        }

        @Override
        protected String frontendKeys() {
            return "prefix: \"> \", flaw: " + flaw;
        }

        @Override
        protected void serve(TcpOrigin.Session session) throws IOException {
            for (String line = session.readLine(); line != null; line = session.readLine()) {
                session.send("got " + line + "\n");
            }
        }

        @Override
        protected String request(int number) {
            return "line " + number + "\n";
        }

        @Override
        protected void expect(TcpClient client, int number) throws IOException {
            assertEquals("> got line " + number, client.readLine());
        }
    }

    private static final class Flawed extends Lines {
        Flawed(String flaw) {
            super(ToyModule.plugin(), "line", flaw);
        }
    }

    private static final class Detecting extends Lines {
        Detecting(Detector detector) {
            super(Refusal.plugin(new Provider(detector)), "trial", "none");
        }
    }

    private static final class Provider extends Refusal.Making<Protocol> implements ProtocolProvider<NoConfig> {
        private final Detector detector;

        Provider(Detector detector) {
            super(scope -> {
                throw new UnsupportedOperationException();
            });
            this.detector = detector;
        }

        @Override
        public Detector detector() {
            return detector;
        }
    }

    @Test
    void refusesExchangesThatNeverEndOrAreCountedWrongly() {
        assertRefused(new Flawed("never-finishes")::carriesExchangesOneAfterAnother);
        assertRefused(new Flawed("blames-backend")::carriesExchangesOneAfterAnother);
    }

    @Test
    void refusesOneThatTakesAPieceForTheWhole() {
        assertRefused(new Flawed("takes-pieces")::aRequestMayComeByteByByte);
    }

    @Test
    void refusesOneThatMixesClientsUp() {
        assertRefused(new Flawed("repeats-itself")::manyClientsAtOnceGetTheirOwnAnswers);
    }

    @Test
    void refusesOneThatIgnoresWhatBecomesOfABackend() {
        assertRefused(new Flawed("ignores-refusal")::aBackendThatRefusesIsCountedAndHoldsNoClient);
        assertRefused(new Flawed("hides-death")::aBackendThatDiesInMidExchangeIsCountedAndHoldsNoClient);
    }

    @Test
    void refusesOneThatForgetsAClientOrBlamesTheBackendForIt() {
        assertRefused(new Flawed("forgets-client")::aClientThatGoesAwayInMidExchangeLeavesNothingBehind);
        assertRefused(new Flawed("blames-backend")::aClientThatGoesAwayInMidExchangeLeavesNothingBehind);
    }

    @Test
    void refusesADetectorThatDoesMoreThanLook() {
        assertRefused(new Detecting(bytes -> {
            bytes.skipBytes(1);
            return Detection.NO;
        })::theDetectorOnlyLooksAndNeverThrows);
        assertRefused(new Detecting(bytes -> {
            bytes.release();
            return Detection.NO;
        })::theDetectorOnlyLooksAndNeverThrows);
    }

    @Test
    void refusesADetectorThatIsFooledByPieces() {
        assertRefused(
                new Detecting(bytes -> bytes.readableBytes() < 4 ? Detection.NO : Detection.YES)
                        ::theDetectorIsNotFooledByARequestThatComesInPieces);
        assertRefused(
                new Detecting(bytes -> bytes.readableBytes() < 4 ? Detection.YES : Detection.NO)
                        ::theDetectorIsNotFooledByARequestThatComesInPieces);
    }
}
