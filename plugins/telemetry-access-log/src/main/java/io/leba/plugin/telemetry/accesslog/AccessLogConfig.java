package io.leba.plugin.telemetry.accesslog;

import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Range;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * What is logged, and where to.
 *
 * @param path the file, or {@code stdout}
 * @param format how a line is written
 * @param fields which fields; empty for all
 * @param sample the share of successful exchanges
 * @param buffer memory for each event loop
 * @param flushInterval how often lines are carried to the file
 */
@Doc("A line for each finished exchange. Off unless written.")
public record AccessLogConfig(
        @Doc(
                value = "The file that lines are appended to, in a directory that exists; `stdout` for standard"
                        + " output. It is opened anew when it was renamed or removed, so `logrotate` needs no"
                        + " signal.",
                example = "/var/log/leba/access.log")
        Path path,

        @Doc("How a line is written.") @Default("json") Format format,

        @Doc(
                value = "The names of the fields to write, those of the protocol (`method`, `status`) included. All"
                        + " without this key.",
                example = "[time, client, method, path, status, duration_us]")
        Set<String> fields,

        @Doc("The share of successful exchanges that is written, from `0` to `1`; all others are always written.")
        @Default("1")
        @Range(min = "0", max = "1")
        double sample,

        @Doc("Memory for lines that wait for the disk, for each event loop. When it is full, lines are dropped and"
                + " counted in `leba_access_log_dropped`.")
        @Default("1MiB")
        @Range(min = "64KiB", max = "256MiB")
        ByteSize buffer,

        @Doc("How often lines are carried to the file; also when half of the memory is full.")
        @Default("1s")
        @Range(min = "10ms", max = "1m")
        Duration flushInterval) {
    /** Copies what could be changed from outside. */
    public AccessLogConfig {
        fields = Set.copyOf(fields);
    }

    /** How a line is written. */
    public enum Format {
        /** One JSON object a line (RFC 8259, JSON Lines). */
        JSON
    }

    boolean isStandardOutput() {
        return path.endsWith("stdout");
    }
}
