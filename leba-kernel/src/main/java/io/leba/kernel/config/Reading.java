package io.leba.kernel.config;

import io.leba.spi.config.Position;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** One reading of a configuration: the first file and all that it includes. */
final class Reading {
    /** Larger files are refused. */
    static final int MAX_BYTES = 16 << 20;

    /** More files than this are refused. */
    static final int MAX_FILES = 1000;

    /** The root key that joins files. */
    static final String INCLUDE = "include";

    /** Root keys that begin so hold anchors and are dropped. */
    static final String SHELF = "x-";

    private final Interpolation interpolation;
    private final Problems problems;
    private final Map<String, EarlierText> earlier;
    private final Map<String, EarlierText> texts = new HashMap<>();
    private final Set<Path> files = new TreeSet<>();
    private final Set<Path> directories = new TreeSet<>();
    private final Set<Path> seen = new TreeSet<>();
    private final long startedNanos = System.nanoTime();
    private boolean whole = true;

    /** @param earlier what was read last, by the files' names */
    Reading(UnaryOperator<String> environment, Problems problems, Map<String, EarlierText> earlier) {
        this.earlier = earlier;
        this.interpolation = new Interpolation(environment);
        this.problems = problems;
    }

    ConfigDocument document(MappingNode root) {
        Map<String, String> variables = interpolation.isUsed() ? ConfigDocument.variablesOf(root) : Map.of();
        return new ConfigDocument(root, files(), directories, variables, whole, System.nanoTime() - startedNanos);
    }

    /** The texts that the next reading may need, by the files' names. */
    Map<String, EarlierText> texts() {
        return texts;
    }

    /** Every file that was looked at so far. */
    Set<Path> files() {
        Set<Path> all = new TreeSet<>(files);
        all.addAll(interpolation.files());
        return all;
    }

    /** Every directory in which files were looked for so far. */
    Set<Path> directories() {
        return Set.copyOf(directories);
    }

    /**
     * Reads a file and what it includes.
     *
     * @param name the name for messages
     * @param from where the file is asked for
     */
    Optional<MappingNode> file(Path file, String name, Position from) {
        Path absolute = file.toAbsolutePath();
        files.add(absolute);
        try {
            if (Files.isDirectory(absolute)) {
                return failed(from, name, "is a directory");
            }
            if (!seen.add(absolute.toRealPath())) {
                return failed(from, name, "is included twice");
            }
            if (seen.size() > MAX_FILES) {
                return failed(from, name, "is one file too many; at most " + MAX_FILES + " can be included");
            }
            byte[] bytes = bytes(absolute);
            if (bytes.length > MAX_BYTES) {
                return failed(from, name, "is larger than 16 MiB");
            }
            return decode(bytes, name).flatMap(text -> text(text, name, absolute.getParent()));
        } catch (NoSuchFileException e) {
            return failed(from, name, "does not exist");
        } catch (AccessDeniedException e) {
            return failed(from, name, "may not be read by this user");
        } catch (IOException e) {
            return failed(from, name, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** What a file holds, but no more than a little beyond what is allowed. It may be a pipe, or grow meanwhile. */
    private static byte[] bytes(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] expected = new byte[(int) Math.min(Files.size(file), MAX_BYTES)];
            int length = stream.readNBytes(expected, 0, expected.length);
            byte[] more = stream.readNBytes(MAX_BYTES + 1 - length);
            if (length == expected.length && more.length == 0) {
                return expected;
            }
            byte[] all = Arrays.copyOf(expected, length + more.length);
            System.arraycopy(more, 0, all, length, more.length);
            return all;
        }
    }

    /** Reads the first file, taking {@code text} for what it holds, and what it includes. */
    Optional<MappingNode> fileHolding(String text, Path file) {
        String name = file.toString();
        Path absolute = file.toAbsolutePath();
        files.add(absolute);
        try {
            seen.add(Files.exists(absolute) ? absolute.toRealPath() : absolute);
        } catch (IOException e) {
            seen.add(absolute);
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return failed(new Position(name, 0, 0, ""), name, "is larger than 16 MiB");
        }
        return text(text, name, absolute.getParent());
    }

    /** Reads a text and what it includes. */
    Optional<MappingNode> text(String text, String name, Path directory) {
        try {
            String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
            EarlierText before = earlier.getOrDefault(name, EarlierText.NONE);
            Optional<PlainYaml.Document> plain =
                    PlainYaml.read(content, before.isOf(name, directory) ? before : EarlierText.NONE);
            Optional<RawValue> raw =
                    plain.isPresent() ? plain.map(PlainYaml.Document::root) : YamlText.readAll(content);
            if (raw.isEmpty()) {
                problems.add(
                        new Position(name, 1, 1, ""), "is empty; write at least one frontend under frontend_services");
                return Optional.empty();
            }
            TreeBuilder builder = new TreeBuilder(name, directory, interpolation, problems);
            Node node = builder.build(raw.get(), "");
            whole &= !builder.hasLost();
            if (node instanceof MappingNode root) {
                plain.ifPresent(document -> texts.put(name, EarlierText.of(content, root, document.spans())));
                return Optional.of(withIncluded(root.without(root.keys().stream()
                        .filter(key -> key.startsWith(SHELF))
                        .toList())));
            }
            problems.add(node.position(), "must be a mapping of keys to values, got " + node.describe());
        } catch (YamlText.Unreadable e) {
            problems.add(new Position(name, e.line(), e.column(), ""), e.getMessage());
        } catch (TreeBuilder.TooLarge e) {
            problems.add(
                    new Position(name, 1, 1, ""),
                    "holds more than " + TreeBuilder.MAX_VALUES + " values, or nests them deeper than "
                            + YamlText.MAX_DEPTH + " levels, counting every use of an alias");
        }
        return Optional.empty();
    }

    private MappingNode withIncluded(MappingNode root) {
        Optional<Node> include = root.value(INCLUDE);
        if (include.isEmpty()) {
            return root;
        }
        MappingNode merged = root.without(List.of(INCLUDE));
        for (Node item : include.get() instanceof SequenceNode list ? list.items() : List.of(include.get())) {
            if (item instanceof ScalarNode pattern && !pattern.isNull()) {
                for (IncludedFiles.Named found : included(pattern)) {
                    Optional<MappingNode> part = file(found.file(), found.name(), pattern.position());
                    whole &= part.isPresent();
                    if (part.isPresent()) {
                        merged = new Merging(problems).merge(merged, part.get());
                    }
                }
            } else {
                whole = false;
                problems.add(
                        item.position(),
                        "must be a file name, a pattern such as conf.d/*.yaml, or a list of such, got "
                                + item.describe());
            }
        }
        return merged.at("");
    }

    private List<IncludedFiles.Named> included(ScalarNode pattern) {
        if (pattern.isBroken()) {
            whole = false;
            return List.of();
        }
        try {
            IncludedFiles found = IncludedFiles.find(
                    pattern.text(), pattern.directory(), pattern.position().source());
            found.directory().ifPresent(directories::add);
            return found.files();
        } catch (IncludedFiles.Unusable e) {
            whole = false;
            problems.add(pattern.position(), e.getMessage());
            return new ArrayList<>();
        }
    }

    private Optional<String> decode(byte[] bytes, String name) {
        if (isAscii(bytes)) {
            return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        if (bytes.length >= 2
                && (bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe
                        || bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff)) {
            problems.add(new Position(name, 1, 1, ""), "is written in UTF-16; save it as UTF-8");
            return Optional.empty();
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, out, true);
        out.flip();
        if (result.isError()) {
            TextPlace place = TextPlace.behind(out);
            problems.add(
                    new Position(name, place.line(), place.column(), ""),
                    String.format("byte 0x%02x is not UTF-8; save the file as UTF-8", bytes[in.position()]));
            return Optional.empty();
        }
        return Optional.of(out.toString());
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte each : bytes) {
            if (each < 0) {
                return false;
            }
        }
        return true;
    }

    private Optional<MappingNode> failed(Position from, String name, String message) {
        boolean root = from.line() == 0;
        problems.add(from, root ? message : "included file '" + Shown.excerpt(name) + "' " + message);
        return Optional.empty();
    }
}
