package io.leba.plugin.protocol.http.retry;

import io.leba.plugin.protocol.http.HttpGroup;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** A group's conditions for sending requests again, in the units of the hot path. Immutable but for its loops' budgets. */
public final class RetryPolicy {
    /** The operator has said nothing. */
    public static final RetryPolicy NONE = new RetryPolicy();

    private static final int LONGEST_SHIFT = 16;

    private final Set<RetryCause> causes;
    private final BitSet statuses = new BitSet();
    private final int attempts;
    private final long perTryMillis;
    private final long timeoutMillis;
    private final int percent;
    private final int floor;
    private final long backoffMillis;
    private final long maxBackoffMillis;
    private final int buffer;
    private final boolean anyMethod;
    private final RetryBudget[] budgets;

    private RetryPolicy() {
        causes = EnumSet.noneOf(RetryCause.class);
        attempts = 1;
        perTryMillis = 0;
        timeoutMillis = 0;
        percent = 0;
        floor = 0;
        backoffMillis = 0;
        maxBackoffMillis = 0;
        buffer = 0;
        anyMethod = false;
        budgets = new RetryBudget[0];
    }

    private RetryPolicy(HttpGroup.Retry retry, int loops) {
        causes = causes(retry.retryOn());
        for (String word : retry.retryOn()) {
            switch (word) {
                case "5xx" -> statuses.set(500, 600);
                case "gateway-error" -> statuses.set(502, 505);
                default -> {
                    if (Character.isDigit(word.charAt(0))) {
                        statuses.set(Integer.parseInt(word));
                    }
                }
            }
        }
        attempts = retry.attempts();
        perTryMillis = retry.perTryTimeout().map(time -> time.toMillis()).orElse(0L);
        timeoutMillis = retry.timeout().map(time -> time.toMillis()).orElse(0L);
        percent = retry.budget();
        floor = retry.budgetFloor();
        backoffMillis = retry.backoff().toMillis();
        maxBackoffMillis = retry.maxBackoff().toMillis();
        buffer = (int) retry.buffer().bytes();
        anyMethod = retry.nonIdempotent();
        budgets = new RetryBudget[loops];
    }

    private static Set<RetryCause> causes(List<String> words) {
        Set<RetryCause> causes = EnumSet.noneOf(RetryCause.class);
        for (String word : words) {
            switch (word) {
                case "connect-failure" -> causes.add(RetryCause.CONNECT_FAILURE);
                case "refused-stream" -> causes.add(RetryCause.REFUSED_STREAM);
                case "reset" -> causes.add(RetryCause.RESET);
                case "timeout" -> causes.add(RetryCause.TIMEOUT);
                default -> causes.add(RetryCause.STATUS);
            }
        }
        return causes;
    }

    /** The policy of a group. */
    public static RetryPolicy of(HttpGroup group, int loops) {
        return group.retry().map(retry -> new RetryPolicy(retry, loops)).orElse(NONE);
    }

    /** Whether the operator has said anything. */
    public boolean exists() {
        return this != NONE;
    }

    /** Whether this is a reason. */
    public boolean retriesOn(RetryCause cause) {
        return causes.contains(cause);
    }

    /** Whether a response of this status is. */
    public boolean retriesOn(int status) {
        return statuses.get(status);
    }

    /** How often a request may be tried, the first time included. */
    public int attempts() {
        return attempts;
    }

    /** How many backends may be tried in vain before one takes a connection, beyond the first. */
    public int connectRetries(int ofGroup) {
        return causes.contains(RetryCause.CONNECT_FAILURE) ? Math.max(ofGroup, attempts - 1) : ofGroup;
    }

    /** How long one try may take to the first byte of its response, at most. */
    public long perTryMillis(long otherwise) {
        return perTryMillis > 0 ? Math.min(perTryMillis, otherwise) : otherwise;
    }

    /** How long all of them may; 0: no limit. */
    public long timeoutMillis() {
        return timeoutMillis;
    }

    /** How much of a body is held. */
    public int buffer() {
        return buffer;
    }

    /** Whether methods that are not idempotent are sent again, too. */
    public boolean takesAnyMethod() {
        return anyMethod;
    }

    /** How long to wait before a backend that was tried before is tried again: full jitter. */
    public long backoffMillis(int retries) {
        long longest = Math.min(maxBackoffMillis, backoffMillis << Math.min(LONGEST_SHIFT, retries));
        return longest <= 0 ? 0 : ThreadLocalRandom.current().nextLong(longest + 1);
    }

    /** The calling loop's budget. */
    public RetryBudget budget(int loop) {
        RetryBudget budget = budgets[loop];
        if (budget == null) {
            // Made by the loop that uses it, so that those of two loops do not lie side by side.
            budget = new RetryBudget(percent, floor);
            budgets[loop] = budget;
        }
        return budget;
    }
}
