package io.leba.plugin.protocol.http.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A case of a corpus: a comment, settings ({@code key: value}), and blocks of raw bytes ({@code --- name}). In a block the
 * ends of lines mean nothing; {@code \r \n \t \\ \xHH} stand for bytes, everything else for itself.
 */
record CorpusCase(String name, String why, Map<String, String> settings, Map<String, String> blocks) {
    static List<CorpusCase> all(String folder) {
        try (Stream<Path> files = Files.list(
                Path.of(CorpusCase.class.getClassLoader().getResource(folder).toURI()))) {
            return files.sorted().map(CorpusCase::read).toList();
        } catch (IOException | java.net.URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static CorpusCase read(Path file) {
        Map<String, String> settings = new HashMap<>();
        Map<String, StringBuilder> blocks = new HashMap<>();
        StringBuilder block = null;
        String why = "";
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("--- ")) {
                    block = new StringBuilder();
                    blocks.put(line.substring(4), block);
                } else if (block != null) {
                    block.append(line);
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
        blocks.forEach((name, text) -> raw.put(name, unescape(text)));
        return new CorpusCase(file.getFileName().toString(), why, settings, raw);
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

    String block(String blockName) {
        return blocks.get(blockName);
    }

    String setting(String key) {
        return settings.get(key);
    }
}
