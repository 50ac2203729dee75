package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.grpc.GrpcStatus;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.h3.Http3Fault;
import io.leba.plugin.protocol.http.retry.RetryCause;
import io.leba.spi.LoopCounter;
import io.leba.spi.Meters;

/** HTTP's own counters of a frontend: responses by class of status, refusals by reason, second attempts. */
final class Counts {
    private static final Reason[] REASONS = Reason.values();
    private static final GrpcStatus[] STATUSES = GrpcStatus.values();
    private static final Fault[] FAULTS = Fault.values();
    private static final Http3Fault[] HTTP3_FAULTS = Http3Fault.values();
    private static final RetryCause[] CAUSES = RetryCause.values();
    private final LoopCounter[] byClass = new LoopCounter[6];
    private final LoopCounter[] byReason = new LoopCounter[REASONS.length];
    private final LoopCounter[] byHttp3Fault = new LoopCounter[HTTP3_FAULTS.length];
    private final LoopCounter[] byFault = new LoopCounter[FAULTS.length];
    private final LoopCounter[] byStatus = new LoopCounter[STATUSES.length];
    private final LoopCounter[] resent = new LoopCounter[CAUSES.length];
    private final LoopCounter overBudget;
    private final LoopCounter filterFailures;

    Counts(Meters meters, String frontend) {
        for (int i = 1; i < byClass.length; i++) {
            byClass[i] = meters.counter(
                    "leba_http_responses",
                    "Responses sent to clients, by class of status.",
                    "frontend",
                    frontend,
                    "code",
                    i + "xx");
        }
        for (Reason reason : REASONS) {
            byReason[reason.ordinal()] = meters.counter(
                    "leba_http_refusals",
                    "Exchanges that LEBA itself answered or ended, by reason.",
                    "frontend",
                    frontend,
                    "reason",
                    reason.word());
        }
        for (Http3Fault fault : HTTP3_FAULTS) {
            byHttp3Fault[fault.ordinal()] = meters.counter(
                    "leba_http3_faults",
                    "Streams and connections of HTTP/3 that LEBA ended before their time, by reason.",
                    "frontend",
                    frontend,
                    "reason",
                    fault.word());
        }
        for (Fault fault : FAULTS) {
            byFault[fault.ordinal()] = meters.counter(
                    "leba_http2_faults",
                    "Streams and connections of HTTP/2 that LEBA ended before their time, by reason.",
                    "frontend",
                    frontend,
                    "reason",
                    fault.word());
        }
        for (GrpcStatus status : STATUSES) {
            byStatus[status.ordinal()] = meters.counter(
                    "leba_grpc_responses",
                    "gRPC calls that are over, by their status.",
                    "frontend",
                    frontend,
                    "code",
                    status.name());
        }
        for (RetryCause cause : CAUSES) {
            resent[cause.ordinal()] = meters.counter(
                    "leba_http_resent",
                    "Requests sent again, by what had happened.",
                    "frontend",
                    frontend,
                    "reason",
                    cause.word());
        }
        overBudget = meters.counter(
                "leba_http_retries_over_budget",
                "Requests not sent again because too many were already.",
                "frontend",
                frontend);
        filterFailures =
                meters.counter("leba_http_filter_failures", "Exceptions thrown by filters.", "frontend", frontend);
    }

    void response(int loop, int status) {
        byClass[status / 100].add(loop, 1);
    }

    void refusal(int loop, Reason reason) {
        byReason[reason.ordinal()].add(loop, 1);
    }

    void call(int loop, GrpcStatus status) {
        byStatus[status.ordinal()].add(loop, 1);
    }

    void fault(int loop, Http3Fault fault) {
        byHttp3Fault[fault.ordinal()].add(loop, 1);
    }

    void fault(int loop, Fault fault) {
        byFault[fault.ordinal()].add(loop, 1);
    }

    void resent(int loop, RetryCause cause) {
        resent[cause.ordinal()].add(loop, 1);
    }

    void overBudget(int loop) {
        overBudget.add(loop, 1);
    }

    void filterFailed(int loop) {
        filterFailures.add(loop, 1);
    }
}
