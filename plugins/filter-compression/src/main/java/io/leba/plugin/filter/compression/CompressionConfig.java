package io.leba.plugin.filter.compression;

import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Range;
import java.util.List;

/** The keys below {@code compression}. */
@Doc("Compresses responses with gzip for clients that accept it.")
record CompressionConfig(
        @Doc("Media types that are compressed; `*` stands for any number of any characters.")
        @Default(
                "[text/*, application/json, application/*+json, application/javascript, application/xml, application/*+xml,"
                        + " application/wasm, image/svg+xml]")
        List<String> types,

        @Doc("Bodies that are known to be shorter are left as they are.") @Default("1KiB")
        ByteSize minSize,

        @Doc("From 1, which costs least time, to 9, which makes smallest.") @Default("4") @Range(min = "1", max = "9")
        int level) {
    /** Checks types. */
    CompressionConfig {
        for (String type : types) {
            int star = type.indexOf('*');
            if (type.indexOf('/') < 1 || type.indexOf(';') >= 0 || star >= 0 && type.indexOf('*', star + 1) >= 0) {
                throw new InvalidConfig(
                        "types",
                        "must be media types such as text/html or text/*, with one star at most, got '" + type + "'");
            }
        }
    }
}
