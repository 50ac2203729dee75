package io.leba.plugin.discovery.file;

import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.error.Mark;

/** Collects what is wrong with one file. */
final class FileProblems {
    private final String source;
    private final List<String> messages = new ArrayList<>();

    FileProblems(String source) {
        this.source = source;
    }

    /** A problem of the file as a whole. */
    void add(String message) {
        messages.add(source + ": " + message);
    }

    /** A problem at a place; {@code path} may be empty. */
    void add(Mark mark, String path, String message) {
        String place = mark == null ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
        messages.add(source + place + (path.isEmpty() ? "" : " " + path) + ": " + message);
    }

    String source() {
        return source;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    int count() {
        return messages.size();
    }

    /** The first of them in one line, and how many more there are. */
    String text(int shown) {
        String first = String.join("; ", messages.subList(0, Math.min(shown, messages.size())));
        return messages.size() <= shown ? first : first + "; and " + (messages.size() - shown) + " more";
    }
}
