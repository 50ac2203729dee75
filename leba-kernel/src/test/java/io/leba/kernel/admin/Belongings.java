package io.leba.kernel.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a node holds of the system: to be the same after everything that it has refused. */
record Belongings(List<String> threads, long descriptors, List<String> workFiles) {
    /** What is there now and was not before; a connection that was under way then may be over. */
    List<String> beyond(Belongings before) {
        List<String> more = new ArrayList<>(threads);
        before.threads.forEach(more::remove);
        workFiles.stream().filter(file -> !before.workFiles.contains(file)).forEach(more::add);
        if (descriptors > before.descriptors) {
            more.add((descriptors - before.descriptors) + " open files");
        }
        return more;
    }

    static Belongings of(ServedNode served) throws IOException {
        List<String> threads = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("leba-")
                        && !name.startsWith("leba-background")) // of a pool that shrinks in time
                .sorted()
                .toList();
        return new Belongings(threads, openFiles(), namesIn(served.folder.resolve("work")));
    }

    /** Open files and sockets of this process; 0 where that cannot be told. */
    private static long openFiles() throws IOException {
        Path folder = Path.of("/proc/self/fd");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(folder)) {
            return open.count();
        }
    }

    private static List<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(file -> folder.relativize(file).toString()).sorted().toList();
        }
    }
}
