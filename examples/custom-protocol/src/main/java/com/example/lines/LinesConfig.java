package com.example.lines;

import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Range;
import java.time.Duration;

/** The protocol's keys of a frontend. */
@Doc("A line from the client, a line from a backend: each pair is an exchange, and may go to another backend than the last.")
record LinesConfig(
        @Doc("The longest line, its end not counted; a longer one ends the connection.")
        @Default("8KiB")
        @Range(min = "16B", max = "1MiB")
        ByteSize maxLine,

        @Doc("How long a backend may take to answer.") @Default("5s") @Range(min = "10ms", max = "1h")
        Duration answerTimeout) {}
