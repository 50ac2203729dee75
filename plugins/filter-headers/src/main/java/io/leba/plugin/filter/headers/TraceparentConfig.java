package io.leba.plugin.filter.headers;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Range;

/** The keys below {@code traceparent}. */
@Doc("Passes on, or begins, a trace: the fields `traceparent` and `tracestate` of W3C Trace Context.")
record TraceparentConfig(
        @Doc(
                "Whether a client's trace is continued, if its `traceparent` is well-formed. Otherwise each request begins a new one.")
        @Default("true")
        boolean keep,

        @Doc("The share of new traces that are marked as sampled.") @Default("100%") @Range(min = "0", max = "1")
        double sampled) {}
