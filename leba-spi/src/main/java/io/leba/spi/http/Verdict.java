package io.leba.spi.http;

import java.util.Objects;
import java.util.concurrent.CompletionStage;

/** What a filter decides on a request. */
public sealed interface Verdict {
    /** Go on with the next filter. */
    static Verdict proceed() {
        return Proceed.INSTANCE;
    }

    /** Do not go on: this is the answer. */
    static Verdict answer(HttpAnswer answer) {
        return new Answer(answer);
    }

    /**
     * Decide later. The exchange waits, bounded by the frontend's request timeout, or by the one of the first byte where
     * there is none; then it is answered with 504. What comes of the body meanwhile waits unread. The stage may be completed
     * from any thread; an exception answers 500.
     */
    static Verdict await(CompletionStage<Verdict> stage) {
        return new Await(stage);
    }

    /** Go on. */
    enum Proceed implements Verdict {
        /** The one value. */
        INSTANCE
    }

    /** Answer now. */
    record Answer(HttpAnswer answer) implements Verdict {
        /** There must be one. */
        public Answer {
            Objects.requireNonNull(answer, "answer");
        }
    }

    /** Decide later. */
    record Await(CompletionStage<Verdict> stage) implements Verdict {
        /** There must be one. */
        public Await {
            Objects.requireNonNull(stage, "stage");
        }
    }
}
