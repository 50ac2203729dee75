package io.leba.plugin.discovery.file;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Range;
import java.nio.file.Path;
import java.time.Duration;

/** Which file, and how often it is looked at. */
@Doc("Backends listed in a YAML or JSON file that may change at any time.")
record FileConfig(
        @Doc(
                value =
                        "The file: a list of backends, or a mapping with the key `backends`, each item as in the root's `backends`.",
                example = "/etc/leba/backends.yaml")
        Path path,

        @Doc("How often the file is read.") @Default("2s") @Range(min = "100ms", max = "1h")
        Duration interval) {}
