package io.leba.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The unpacked distribution that the build has just laid out, and copies of it elsewhere. */
final class Layout {
    /** The folder with {@code bin}, {@code lib} and {@code plugins}; the build names it in {@code leba.layout}. */
    static final Path HOME =
            Path.of(System.getProperty("leba.layout", "target/leba")).toAbsolutePath();

    static final Path LAUNCHER = HOME.resolve("bin/leba");

    private Layout() {}

    /** A copy of the whole layout, archives of loaded classes left out. */
    static Path copyTo(Path target) throws IOException {
        for (Path source : files()) {
            Path copy = target.resolve(HOME.relativize(source).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(source, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
        return target;
    }

    /** Every file of the layout but archives of loaded classes, in order. */
    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(HOME)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(HOME.resolve("runtime")))
                    .filter(file -> !file.startsWith(HOME.resolve("work")))
                    .sorted()
                    .toList();
        }
    }
}
