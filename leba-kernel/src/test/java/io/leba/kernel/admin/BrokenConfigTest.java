package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.control.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A good configuration is broken in every way that a hand, an editor or a disk breaks one, and given to a node that serves:
 * it is refused with the file and the line, and what served serves on.
 */
class BrokenConfigTest {
    private static final long SEED = 20_260_701;
    private static final Pattern PAIR = Pattern.compile("( *)(- )?([a-z_]+):(?: (.*))?");
    private static final Pattern PLACE = Pattern.compile("(.+?\\.yaml):(\\d+)(?::(\\d+))?(?: .*)?");
    private static final Set<String> REFERENCES = Set.of("target_backend", "default_backend", "frontends");
    private static final Set<String> WORDS = Set.of("protocol", "type", "transport");

    private static final String MAIN = """
            node_id: a
            event_loops: 2
            transport: nio
            shutdown_timeout: 5s
            drain_timeout: 3s
            include: more.yaml
            frontend_services:
              - name: front
                protocol: line
                address: "127.0.0.1"
                port: 0
                default_backend: main
              - name: other
                protocol: line
                port: 0
                suffix: "!"
            backend_groups:
              - name: main
                protocol: line
                algorithm:
                  type: round-robin
                  start: 3
                health_check:
                  type: pong
                  interval: 30s
                pool:
                  max_idle: 5
                connect_timeout: 2s
              - name: spare
                protocol: line
            routing_rules:
              - name: special
                target_backend: spare
                prefix: "special"
                frontends: [front, other]
            desk:
              sign: "open"
            """;

    private static final String MORE = """
            # included
            backends:
              - name: a
                address: 127.0.0.1
                port: %d
                protocol: line
                group_name: main
              - name: b
                address: 127.0.0.1
                port: %d
                protocol: line
                group_name: main
              - name: c
                address: 127.0.0.1
                port: %d
                protocol: line
                group_name: spare
            """;

    @TempDir
    private Path folder;

    private ServedNode served;
    private Path included;
    private String more;

    /** A broken file, and the lines one of which a problem is to name; none: any line. */
    private record Broken(String how, Path file, byte[] text, Set<Integer> lines) {}

    @BeforeEach
    void serve() throws IOException {
        served = new ServedNode(folder);
        included = folder.resolve("more.yaml");
        more = MORE.formatted(served.one.port(), served.two.port(), served.two.port());
        Files.writeString(included, more);
        served.serve(MAIN, false);
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    private List<Broken> broken() {
        List<Broken> all = new ArrayList<>();
        for (Path file : List.of(served.config(), included)) {
            List<String> lines = List.of((file.equals(included) ? more : MAIN).split("\n"));
            for (int i = 0; i < lines.size(); i++) {
                Matcher pair = PAIR.matcher(lines.get(i));
                if (pair.matches()) {
                    breakPair(all, file, lines, i, pair);
                }
            }
            breakItems(all, file, lines);
            breakBytes(all, file, String.join("\n", lines) + "\n");
        }
        all.add(new Broken(
                "include of nothing",
                served.config(),
                MAIN.replace("more", "less").getBytes(),
                Set.of(6)));
        all.add(new Broken(
                "include of itself",
                served.config(),
                MAIN.replace("more.", "config.").getBytes(),
                Set.of(6)));
        return all;
    }

    /** One line is written in another way. */
    private static void breakPair(List<Broken> all, Path file, List<String> lines, int at, Matcher pair) {
        String indent = pair.group(1);
        String begin = indent + (pair.group(2) == null ? "" : pair.group(2));
        String key = pair.group(3);
        String value = pair.group(4);
        int line = at + 1;
        String where = " at " + file.getFileName() + ":" + line;
        all.add(with(
                "renamed " + key + where,
                file,
                lines,
                at,
                begin + key + "_x:" + (value == null ? "" : " " + value),
                line));
        String again = begin.replace('-', ' ') + key + ":" + (value == null ? " 1" : " " + value);
        if (value != null) {
            all.add(with("repeated " + key + where, file, lines, at, lines.get(at) + "\n" + again, line, line + 1));
            all.add(with("wrong type of " + key + where, file, lines, at, begin + key + ": {x: [1]}", line));
            if (value.matches("\\d+")) {
                all.add(with("too much " + key + where, file, lines, at, begin + key + ": 99999999999", line));
                all.add(with("word for " + key + where, file, lines, at, begin + key + ": many", line));
            }
            if (value.matches("\\d+s")) {
                all.add(with("no unit of " + key + where, file, lines, at, begin + key + ": 5", line));
                all.add(with("too long " + key + where, file, lines, at, begin + key + ": 9000h", line));
            }
            if (REFERENCES.contains(key)) {
                String nobody = key.equals("frontends") ? "[nobody]" : "nobody";
                all.add(with(
                        "unknown " + key + where, file, lines, at, begin + key + ": " + nobody, line, item(lines, at)));
            }
            if (WORDS.contains(key)) {
                all.add(with(
                        "unknown " + key + where, file, lines, at, begin + key + ": bogus", line, item(lines, at)));
            }
            all.add(with(
                    "open quote of " + key + where, file, lines, at, begin + key + ": \"" + value.replace("\"", "")));
            all.add(with("open bracket of " + key + where, file, lines, at, begin + key + ": [" + value));
        }
        all.add(with("tab before " + key + where, file, lines, at, "\t" + lines.get(at), line, line - 1));
        if (pair.group(2) == null
                && at > 0
                && lines.get(at - 1)
                        .matches("( {" + indent.length() + "}|" + indent.replaceFirst("  $", "- ") + ")\\w+: .*")) {
            all.add(with(
                    "indented " + key + where, file, lines, at, " " + indent + "    " + key + ": 1", line, line - 1));
        }
    }

    private static Broken with(String how, Path file, List<String> lines, int at, String text, Integer... expected) {
        List<String> changed = new ArrayList<>(lines);
        changed.set(at, text);
        return new Broken(how, file, bytes(changed), new TreeSet<>(List.of(expected)));
    }

    /** The line where the item begins that a line is of: what is found out late is told there. */
    private static int item(List<String> lines, int at) {
        int begin = at;
        while (begin > 0 && lines.get(begin).startsWith("    ")) {
            begin--;
        }
        return begin + 1;
    }

    private static byte[] bytes(List<String> lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** An item of a list is written twice, or has no name or port. */
    private static void breakItems(List<Broken> all, Path file, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("  - name:")) {
                continue;
            }
            int end = i + 1;
            while (end < lines.size() && lines.get(end).startsWith("    ")) {
                end++;
            }
            List<String> twice = new ArrayList<>(lines);
            twice.addAll(end, lines.subList(i, end));
            all.add(new Broken("item twice at " + (i + 1), file, bytes(twice), Set.of(end + 1)));
            for (int j = i + 1; j < end; j++) {
                if (lines.get(j).matches("    (target_backend|port|address):.*")
                        && !lines.get(j).contains("\"")) {
                    List<String> without = new ArrayList<>(lines);
                    without.remove(j);
                    all.add(new Broken("without line " + (j + 1), file, bytes(without), Set.of(i + 1)));
                }
            }
        }
    }

    /** The file is cut short, or holds what is no text. */
    private static void breakBytes(List<Broken> all, Path file, String text) {
        Random random = new Random(SEED);
        byte[] whole = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 15; i++) {
            int length = random.nextInt(whole.length);
            all.add(new Broken("cut at " + length, file, Arrays.copyOf(whole, length), Set.of()));
        }
        for (int i = 0; i < 5; i++) {
            byte[] garbage = new byte[200];
            random.nextBytes(garbage);
            all.add(new Broken("garbage", file, garbage, Set.of()));
            byte[] within = whole.clone();
            within[random.nextInt(whole.length)] = (byte) (i < 2 ? 0 : 0xFF);
            all.add(new Broken("a byte that is no text", file, within, Set.of()));
        }
        all.add(new Broken("a list", file, "- a\n- b\n".getBytes(), Set.of(1)));
        all.add(new Broken("a text", file, "hello\n".getBytes(), Set.of(1)));
    }

    @Test
    void everyBrokenConfigurationIsRefusedWithFileAndLineAndWhatServedServesOn() throws Exception {
        Belongings before = Belongings.of(served);
        List<String> defects = new ArrayList<>();
        int refused = 0;
        int harmless = 0;
        List<String> wrong;
        try (Calling calling = new Calling(served)) {
            for (Broken one : broken()) {
                Optional<Refused> answer = give(one);
                if (answer.isPresent()) {
                    refused++;
                    judge(one, answer.get().problems()).ifPresent(defects::add);
                } else if (one.lines().isEmpty()) {
                    harmless++; // what is left is a good configuration
                } else {
                    defects.add(one.how() + ": is not refused");
                }
                if (served.node.state().generation() != 1) {
                    defects.add(
                            one.how() + ": generation " + served.node.state().generation());
                    break;
                }
            }
            long answers = calling.answers();
            await().until(() -> calling.answers() > answers + 20);
            wrong = calling.wrong();
        }
        assertEquals("", String.join("\n", defects));
        assertEquals(List.of(), wrong);
        assertTrue(refused >= 200 && harmless <= 15, refused + " refused, " + harmless + " harmless");

        Files.writeString(served.config(), MAIN);
        Files.writeString(included, more);
        assertEquals(1, served.node.reload().generation(), "the good one is what serves");
        Files.writeString(served.config(), MAIN.replace("start: 3", "start: 4"));
        assertEquals(2, served.node.reload().generation(), "a good one still goes in");
        await().untilAsserted(() -> {
            System.gc();
            assertEquals(List.of(), Belongings.of(served).beyond(before));
        });
    }

    /** Reloads with the broken file, unless it would be another good configuration. */
    private Optional<Refused> give(Broken one) throws IOException {
        Files.write(served.config(), one.file().equals(included) ? MAIN.getBytes() : one.text());
        Files.write(included, one.file().equals(included) ? one.text() : more.getBytes());
        try {
            served.node.plan(Optional.empty());
            if (one.lines().isEmpty()) {
                return Optional.empty();
            }
        } catch (Refused e) {
            // as the reload will be
        }
        try {
            served.node.reload();
            return Optional.empty();
        } catch (Refused e) {
            return Optional.of(e);
        }
    }

    /** What is wrong with the problems that were told, if anything. */
    private static Optional<String> judge(Broken one, List<String> problems) throws IOException {
        Set<Integer> named = new TreeSet<>();
        int lines = new String(one.text(), StandardCharsets.ISO_8859_1).split("\n", -1).length;
        for (String problem : problems) {
            Matcher place = PLACE.matcher(problem.split(": ", 2)[0]);
            if (!place.matches() || !Files.exists(Path.of(place.group(1)))) {
                return Optional.of(one.how() + ": no place in: " + problem);
            }
            if (Path.of(place.group(1)).equals(one.file())) {
                int line = Integer.parseInt(place.group(2));
                named.add(line);
                if (line < 1 || line > lines) {
                    return Optional.of(one.how() + ": there is no such line: " + problem);
                }
            }
        }
        boolean isRight = one.lines().isEmpty()
                ? !named.isEmpty() || one.how().startsWith("cut")
                : one.lines().stream().anyMatch(named::contains);
        return isRight
                ? Optional.empty()
                : Optional.of(one.how() + ": expected one of lines " + one.lines() + ", got " + problems);
    }
}
