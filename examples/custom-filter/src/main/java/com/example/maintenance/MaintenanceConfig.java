package com.example.maintenance;

import io.leba.spi.config.Cidr;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Range;
import java.time.Duration;
import java.util.List;

/** The keys below {@code maintenance}. */
@Doc("Answers 503 while something is being worked on, but lets some clients through to look at it.")
record MaintenanceConfig(
        @Doc("What clients read.") @Default("Back soon.") String message,

        @Doc("When they may try again.") @Default("5m") @Range(min = "1s", max = "7d")
        Duration retryAfter,

        @Doc(value = "Clients that are let through.", example = "[10.0.0.0/8, 127.0.0.1]") List<Cidr> except) {}
