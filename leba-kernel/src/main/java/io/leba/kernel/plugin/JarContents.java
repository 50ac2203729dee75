package io.leba.kernel.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Reads every byte of a plugin jar once, so that what is torn, mangled or built for a newer Java is found when the jar is
 * installed and not when a class is first needed, and unpacks the libraries nested in it.
 */
final class JarContents {
    private static final String LIBRARIES = "META-INF/lib/";
    private static final String VERSIONS = "META-INF/versions/";
    private static final int CLASS_MAGIC = 0xCAFEBABE;
    /** Class files of Java N have the major version N + 44. */
    private static final int MAJOR_OF_JAVA_0 = 44;

    private static final Pattern OUTSIDE = Pattern.compile("(^|[/\\\\])\\.\\.([/\\\\]|$)|^[/\\\\]|^[A-Za-z]:");

    /** What a jar and the libraries in it may unpack to. The largest known plugins with all their libraries are a tenth of it. */
    private static final long MOST_BYTES = 512L << 20;

    private final Path source;
    private long bytes;
    private final byte[] buffer = new byte[64 * 1024];

    /** @param source the installed jar, for messages */
    private JarContents(Path source) {
        this.source = source;
    }

    /** Checks {@code copy}, a copy of {@code source}, and puts its nested libraries into {@code libraries}. */
    static void unpack(Path source, Path copy, Path libraries) throws IOException {
        new JarContents(source).unpackFrom(copy, libraries);
    }

    private void unpackFrom(Path copy, Path libraries) throws IOException {
        if (Files.size(copy) == 0) {
            throw refused("the file is empty; expected a modular jar that provides io.leba.spi.LebaPlugin");
        }
        try (ZipFile zip = open(copy, "")) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                requireInside(entry.getName());
                if (entry.getName().startsWith(LIBRARIES) && !entry.isDirectory()) {
                    Path library = libraries.resolve(libraryName(entry.getName()));
                    Files.createDirectories(libraries);
                    try (OutputStream out = Files.newOutputStream(library)) {
                        read(zip, entry, "", out);
                    }
                    checkLibrary(library, entry.getName());
                } else {
                    read(zip, entry, "", OutputStream.nullOutputStream());
                }
            }
        }
    }

    private void checkLibrary(Path library, String name) throws IOException {
        String where = "nested library " + name + ": ";
        try (ZipFile zip = open(library, where)) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                read(zip, entries.nextElement(), where, OutputStream.nullOutputStream());
            }
        }
    }

    private ZipFile open(Path file, String where) throws IOException {
        try {
            return new ZipFile(file.toFile(), StandardCharsets.UTF_8);
        } catch (ZipException | IllegalArgumentException e) {
            throw refused(where + "not a readable jar (" + Failures.messageOf(e)
                    + "); it may be cut short or still being copied");
        }
    }

    /** Copies an entry to {@code out} and compares length and checksum, which {@link ZipFile} does not. */
    private void read(ZipFile zip, ZipEntry entry, String where, OutputStream out) throws IOException {
        bytes += Math.max(0, entry.getSize());
        if (bytes > MOST_BYTES) {
            throw refused(where + "it unpacks to more than " + (MOST_BYTES >> 20) + " MiB; a plugin is smaller");
        }
        CRC32 checksum = new CRC32();
        long length = 0;
        try (InputStream in = zip.getInputStream(entry)) {
            if (in == null) {
                throw new ZipException("no data");
            }
            int count = in.readNBytes(buffer, 0, buffer.length);
            if (isPlainClass(entry.getName())) {
                requireReadableClass(entry.getName(), count, where);
            }
            while (count > 0) {
                checksum.update(buffer, 0, count);
                length += count;
                if (length > entry.getSize()) {
                    break; // more than it says: a lie that may have no end
                }
                out.write(buffer, 0, count);
                count = in.readNBytes(buffer, 0, buffer.length);
            }
        } catch (ZipException | java.io.EOFException | IllegalArgumentException e) {
            throw refused(where + "entry " + entry.getName() + " is corrupt (" + Failures.messageOf(e)
                    + "); copy the jar again");
        }
        if (length != entry.getSize() || checksum.getValue() != entry.getCrc()) {
            throw refused(where + "entry " + entry.getName() + " is corrupt (its checksum does not match); copy the jar"
                    + " again");
        }
    }

    /** A class that every Java version reads; what stands under META-INF/versions is for newer ones. */
    private static boolean isPlainClass(String name) {
        return name.endsWith(".class") && !name.startsWith(VERSIONS);
    }

    private void requireReadableClass(String name, int count, String where) {
        if (count < 8 || integer(0) != CLASS_MAGIC) {
            throw refused(where + "entry " + name + " is not a class file");
        }
        int major = integer(4) & 0xFFFF;
        int running = Runtime.version().feature();
        if (major > running + MAJOR_OF_JAVA_0) {
            throw refused(where + name + " was compiled for Java " + (major - MAJOR_OF_JAVA_0) + ", this is Java "
                    + running + "; compile with --release 17, or run LEBA on a newer Java");
        }
    }

    private int integer(int at) {
        return (buffer[at] & 0xFF) << 24
                | (buffer[at + 1] & 0xFF) << 16
                | (buffer[at + 2] & 0xFF) << 8
                | buffer[at + 3] & 0xFF;
    }

    private void requireInside(String name) {
        if (OUTSIDE.matcher(name).find()) {
            throw refused("entry '" + name + "' points outside the jar; it is not unpacked");
        }
    }

    private String libraryName(String name) {
        String file = name.substring(LIBRARIES.length());
        if (file.indexOf('/') >= 0
                || file.indexOf('\\') >= 0
                || !file.toLowerCase(Locale.ROOT).endsWith(".jar")) {
            throw refused("entry '" + name + "' is not a library; META-INF/lib holds *.jar files only");
        }
        return file;
    }

    private PluginRefused refused(String problem) {
        return new PluginRefused(source, problem);
    }
}
