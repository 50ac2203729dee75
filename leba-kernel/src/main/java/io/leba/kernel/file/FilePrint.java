package io.leba.kernel.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** What tells a file from one that was put in its place: where links lead, identity, size and time. */
public final class FilePrint {
    private FilePrint() {}

    /** At this moment; any thread that may block. */
    public static String of(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return path.toRealPath() + "|" + attributes.fileKey() + "|" + attributes.size() + "|"
                    + attributes.lastModifiedTime();
        } catch (IOException e) {
            return "absent";
        }
    }
}
