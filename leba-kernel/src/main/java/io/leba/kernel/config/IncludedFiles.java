package io.leba.kernel.config;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/**
 * The files that one item of {@code include} names, in the order of their names.
 *
 * @param files the files
 * @param directory where a pattern looked; empty for a plain name
 */
record IncludedFiles(List<Named> files, Optional<Path> directory) {
    /**
     * A file.
     *
     * @param file absolute
     * @param name for messages: as the user would write it beside the first file's name
     */
    record Named(Path file, String name) {}

    /** The pattern cannot be used. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    static IncludedFiles find(String pattern, Path directory, String includingSource) throws Unusable {
        try {
            int slash = pattern.lastIndexOf('/');
            String last = pattern.substring(slash + 1);
            if (hasWildcard(pattern.substring(0, slash + 1))) {
                throw new Unusable("only the file name may hold wildcards, got '" + Shown.excerpt(pattern) + "'");
            }
            if (!hasWildcard(last)) {
                Path file = directory.resolve(pattern);
                return new IncludedFiles(List.of(new Named(file, name(pattern, includingSource))), Optional.empty());
            }
            String prefix = pattern.substring(0, slash + 1);
            Path where = directory.resolve(prefix);
            if (!Files.isDirectory(where)) {
                throw new Unusable(
                        "directory '" + (prefix.isEmpty() ? "." : Shown.excerpt(prefix)) + "' does not exist");
            }
            return new IncludedFiles(matching(where, prefix, last, includingSource), Optional.of(where));
        } catch (InvalidPathException e) {
            throw new Unusable("is not a file name");
        } catch (PatternSyntaxException e) {
            throw new Unusable("'" + Shown.excerpt(pattern) + "' is not a pattern such as conf.d/*.yaml");
        } catch (IOException e) {
            throw new Unusable("the directory cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static List<Named> matching(Path where, String prefix, String pattern, String includingSource)
            throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(where, pattern)) {
            for (Path file : found) {
                String name = file.getFileName().toString();
                // Editors leave hidden files behind.
                if ((!name.startsWith(".") || pattern.startsWith(".")) && !Files.isDirectory(file)) {
                    names.add(name);
                }
            }
        }
        names.sort(null);
        return names.stream()
                .map(name -> new Named(where.resolve(name), name(prefix + name, includingSource)))
                .toList();
    }

    private static String name(String relative, String includingSource) {
        return Path.of(includingSource).resolveSibling(relative).toString();
    }

    private static boolean hasWildcard(String text) {
        return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
    }
}
