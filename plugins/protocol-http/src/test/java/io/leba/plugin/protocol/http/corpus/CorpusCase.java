package io.leba.plugin.protocol.http.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A case of a corpus: a comment, settings ({@code key: value}), and blocks of raw bytes ({@code --- name}). In a block the
 * ends of lines mean nothing, unless it is one of fields; {@code \r \n \t \\ \xHH} stand for bytes, everything else for itself.
 */
public record CorpusCase(
        String name,
        String why,
        Map<String, String> settings,
        Map<String, String> blocks,
        Map<String, List<String>> lines) {
    /** The cases of a folder, by name. */
    public static List<CorpusCase> all(String folder) {
        try (Stream<Path> files = Files.list(
                Path.of(CorpusCase.class.getClassLoader().getResource(folder).toURI()))) {
            return files.sorted().map(CorpusCase::read).toList();
        } catch (IOException | java.net.URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static CorpusCase read(Path file) {
        Map<String, String> settings = new HashMap<>();
        Map<String, List<String>> blocks = new HashMap<>();
        List<String> block = null;
        String why = "";
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("--- ")) {
                    block = new ArrayList<>();
                    blocks.put(line.substring(4), block);
                } else if (block != null) {
                    block.add(line);
                } else if (line.startsWith("# ")) {
                    why = line.substring(2);
                } else {
                    int colon = line.indexOf(": ");
                    settings.put(line.substring(0, colon), line.substring(colon + 2));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> raw = new HashMap<>();
        blocks.forEach((name, text) -> raw.put(name, unescape(String.join("", text))));
        return new CorpusCase(file.getFileName().toString(), why, settings, raw, blocks);
    }

    /** The fields of a block that has one a line, {@code name: value}; null: there is no such block. */
    public List<Map.Entry<String, String>> fields(String blockName) {
        List<String> block = lines.get(blockName);
        return block == null ? null : block.stream().map(CorpusCase::field).toList();
    }

    private static Map.Entry<String, String> field(String line) {
        // A pseudo-header begins with a colon; a field may have no name, and no value.
        int found = line.startsWith(": ") ? 0 : line.indexOf(": ", 1);
        int colon = found < 0 ? line.length() - 1 : found;
        int value = Math.min(line.length(), colon + 2);
        return Map.entry(unescape(line.substring(0, colon)), unescape(line.substring(value)));
    }

    private static String unescape(CharSequence text) {
        StringBuilder raw = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                raw.append(c);
                continue;
            }
            i++;
            switch (text.charAt(i)) {
                case 'r' -> raw.append('\r');
                case 'n' -> raw.append('\n');
                case 't' -> raw.append('\t');
                case '\\' -> raw.append('\\');
                case 'x' -> {
                    raw.append((char)
                            Integer.parseInt(text.subSequence(i + 1, i + 3).toString(), 16));
                    i += 2;
                }
                default -> throw new AssertionError("unknown escape in " + text);
            }
        }
        return raw.toString();
    }

    /** The bytes of a block, or null. */
    public String block(String blockName) {
        return blocks.get(blockName);
    }

    /** A setting, or null. */
    public String setting(String key) {
        return settings.get(key);
    }
}
