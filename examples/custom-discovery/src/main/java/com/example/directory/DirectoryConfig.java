package com.example.directory;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Range;
import java.nio.file.Path;
import java.time.Duration;

/** The keys beside {@code type: directory}. */
@Doc("A file a backend: an instance writes `address:port` to a file of its own when it starts, and removes it when it ends.")
record DirectoryConfig(
        @Doc(value = "The directory. Its files' names are the backends'; those that begin with a dot are not looked at.",
                example = "/run/app/instances")
        Path path,

        @Doc("How often it is looked at.") @Default("1s") @Range(min = "100ms", max = "1h")
        Duration interval) {}
