package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Cidr;
import io.leba.spi.config.NoConfig;
import io.leba.spi.config.Position;
import io.leba.spi.config.Rate;
import io.leba.spi.config.Secret;
import io.leba.spi.config.Slot;
import io.leba.spi.health.HealthCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class ConfigPropertiesTest {
    enum Colour {
        DARK_RED,
        BLUE
    }

    record Inner(String name, Optional<Integer> number, Position position) {}

    record Probe(@Flat Slot<HealthCheck> check, Duration interval) {}

    record Everything(
            String text,
            @Secret String secret,
            boolean flag,
            int whole,
            long big,
            double number,
            Colour colour,
            Duration duration,
            ByteSize size,
            Rate rate,
            Cidr block,
            Path file,
            Inner inner,
            List<String> texts,
            Set<Colour> colours,
            Map<String, List<Inner>> map,
            Optional<String> maybe,
            Probe probe,
            List<Slot<BalancerPolicy>> slots,
            Position position) {}

    private static final Installed INSTALLED = new Installed();
    private static Path directory;

    @BeforeContainer
    static void makeDirectory() throws IOException {
        directory = Files.createTempDirectory("leba-config");
    }

    @AfterContainer
    static void deleteDirectory() throws IOException {
        Files.deleteIfExists(directory.resolve("config.yaml"));
        Files.delete(directory);
    }

    @Property(tries = 500)
    void a_record_that_is_written_and_bound_again_is_the_same(@ForAll("everything") Everything record) {
        String yaml = YamlWriter.write(Rendering.complete(record));
        Problems problems = new Problems();
        MappingNode root = new ConfigLoader(name -> null)
                .parse(yaml, "c.yaml", problems)
                .orElseThrow(() -> new AssertionError(problems + "\n" + yaml))
                .root();
        assertEquals(
                record, new Binder(INSTALLED).bind(root, Everything.class, problems), () -> problems + "\n" + yaml);
        assertTrue(problems.isEmpty(), problems::toString);
    }

    @Property(tries = 200)
    void a_record_is_shown_without_its_secret(@ForAll("everything") Everything record) {
        Everything other = new Everything(
                record.text,
                "another",
                record.flag,
                record.whole,
                record.big,
                record.number,
                record.colour,
                record.duration,
                record.size,
                record.rate,
                record.block,
                record.file,
                record.inner,
                record.texts,
                record.colours,
                record.map,
                record.maybe,
                record.probe,
                record.slots,
                record.position);
        assertEquals(YamlWriter.write(Redaction.of(record)), YamlWriter.write(Redaction.of(other)));
    }

    @Property(tries = 2000)
    void any_bytes_are_a_tree_or_problems_inside_the_file(@ForAll @Size(max = 300) byte[] bytes) throws IOException {
        readable(bytes);
    }

    @Property(tries = 3000)
    void any_text_like_yaml_is_a_tree_or_problems_inside_the_file(@ForAll("almostYaml") String text)
            throws IOException {
        readable(text.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 1000)
    void any_tree_is_bound_or_refused(@ForAll("almostYaml") String text) {
        new ConfigLoader(name -> "5").parse(text, "c.yaml", new Problems()).ifPresent(document -> {
            Problems problems = new Problems();
            Everything bound = new Binder(INSTALLED).bind(document.root(), Everything.class, problems);
            assertEquals(bound == null, !problems.isEmpty());
            placesAreInside(problems, text);
        });
    }

    private static void readable(byte[] bytes) throws IOException {
        Path file = directory.resolve("config.yaml");
        Files.write(file, bytes);
        Problems problems = new Problems();
        long start = System.nanoTime();
        Optional<ConfigDocument> document =
                new ConfigLoader(name -> name.length() == 1 ? name : null).load(file, problems);
        assertTrue(System.nanoTime() - start < 20_000_000_000L, "reading took more than twenty seconds");
        assertTrue(document.isPresent() || !problems.isEmpty());
        placesAreInside(problems, new String(bytes, StandardCharsets.UTF_8));
        document.ifPresent(found -> placesAreInside(found.root(), new String(bytes, StandardCharsets.UTF_8)));
    }

    private static void placesAreInside(Problems problems, String text) {
        for (Problem problem : problems.list()) {
            isInside(problem.position(), text);
            assertEquals(1, problem.toString().lines().count(), problem::toString);
        }
    }

    private static void placesAreInside(Node node, String text) {
        isInside(node.position(), text);
        if (node instanceof MappingNode mapping) {
            mapping.entries().values().forEach(entry -> {
                isInside(entry.keyPosition(), text);
                placesAreInside(entry.value(), text);
            });
        } else if (node instanceof SequenceNode sequence) {
            sequence.items().forEach(item -> placesAreInside(item, text));
        }
    }

    private static void isInside(Position position, String text) {
        List<Integer> lengths = lineLengths(text);
        assertTrue(position.line() >= 1 && position.line() <= lengths.size(), () -> position + " of " + lengths);
        int length = lengths.get(position.line() - 1);
        assertTrue(position.column() >= 1 && position.column() <= length + 1, () -> position + " of " + lengths);
    }

    /** Lines as YAML 1.1 breaks them, in code points. */
    private static List<Integer> lineLengths(String text) {
        List<Integer> lengths = new ArrayList<>();
        int length = 0;
        int[] points = text.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            boolean isCrLf = points[i] == '\r' && i + 1 < points.length && points[i + 1] == '\n';
            if ("\n\r\u0085\u2028\u2029".indexOf(points[i]) >= 0 && !isCrLf) {
                lengths.add(length);
                length = 0;
            } else {
                length++;
            }
        }
        lengths.add(length);
        return lengths;
    }

    @Provide
    Arbitrary<String> almostYaml() {
        return Arbitraries.of(
                        "a",
                        "b: ",
                        "text: ",
                        "flag",
                        "whole",
                        "inner: ",
                        "map",
                        "slots: ",
                        "probe: ",
                        "x-y: ",
                        ": ",
                        "- ",
                        "- - ",
                        "\n",
                        "\n  ",
                        "\n    ",
                        "\n ",
                        "\r\n",
                        "\t",
                        "[",
                        "]",
                        "{",
                        "}",
                        ", ",
                        "'",
                        "\"",
                        "#",
                        " #",
                        "&a ",
                        "*a ",
                        "&b ",
                        "*b",
                        "!!str ",
                        "!x",
                        "<<: ",
                        "? ",
                        "|",
                        ">",
                        "|-\n  ",
                        "---\n",
                        "\n...\n",
                        "%YAML 1.2\n",
                        "5",
                        "true",
                        "null",
                        "~",
                        "${A}",
                        "${NOPE}",
                        "${",
                        "$${",
                        "${file:x}",
                        "\\",
                        "\\n",
                        "\\x",
                        "\\u00",
                        "@",
                        "`",
                        "é",
                        "\uFEFF",
                        "\u0085",
                        "\u2028",
                        "\uD83D\uDE00",
                        "include: ",
                        "config.yaml",
                        "*.yaml",
                        "type: ",
                        "round-robin",
                        "zoned")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<Everything> everything() {
        Arbitrary<String> texts = Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(12).filter(ConfigPropertiesTest::isText),
                Arbitraries.of(
                        "",
                        "null",
                        "~",
                        "true",
                        "yes",
                        "5",
                        "0x1",
                        "- a",
                        "a: b",
                        "#",
                        "${A}",
                        "$${A}",
                        "$",
                        "a b ",
                        "<<",
                        "a\u2028b",
                        "\u0085",
                        "\uFEFFx",
                        "\uFFFE\uE000"));
        Arbitrary<Inner> inners = Combinators.combine(
                        texts, Arbitraries.integers().optional())
                .as((name, number) -> new Inner(name, number, Position.NONE));
        Arbitrary<Duration> durations = Arbitraries.longs().greaterOrEqual(0).map(Duration::ofNanos);
        return Combinators.combine(
                        Combinators.combine(texts, texts, Arbitraries.of(true, false), Arbitraries.integers())
                                .as(Scalars::new),
                        Combinators.combine(
                                        Arbitraries.longs(),
                                        Arbitraries.doubles().between(-1e12, 1e12),
                                        Arbitraries.of(Colour.class),
                                        durations,
                                        Arbitraries.longs().greaterOrEqual(0).map(ByteSize::new),
                                        Combinators.combine(
                                                        Arbitraries.longs().between(1, 999_999_999_999_999_999L),
                                                        durations.filter(span -> !span.isZero()))
                                                .as(Rate::new),
                                        blocks(),
                                        texts.filter(text -> text.indexOf('\0') < 0)
                                                .map(ConfigPropertiesTest::fileOf))
                                .as(Notations::new),
                        inners,
                        texts.list().ofMaxSize(4),
                        Arbitraries.of(Colour.class).set(),
                        Arbitraries.maps(
                                        texts.filter(text -> !text.isEmpty()),
                                        inners.list().ofMaxSize(2))
                                .ofMaxSize(3),
                        texts.optional(),
                        Combinators.combine(checks(), durations).as(Probe::new))
                .flatAs((one, two, inner, list, colours, map, maybe, probe) -> balancers()
                        .list()
                        .ofMaxSize(3)
                        .map(slots -> new Everything(
                                one.text,
                                one.secret,
                                one.flag,
                                one.whole,
                                two.big,
                                two.number,
                                two.colour,
                                two.duration,
                                two.size,
                                two.rate,
                                two.block,
                                two.file,
                                inner,
                                list,
                                colours,
                                map,
                                maybe,
                                probe,
                                slots,
                                Position.NONE)));
    }

    private record Scalars(String text, String secret, boolean flag, int whole) {}

    private record Notations(
            long big,
            double number,
            Colour colour,
            Duration duration,
            ByteSize size,
            Rate rate,
            Cidr block,
            Path file) {}

    private static boolean isText(String text) {
        // A lone surrogate is no character, so no file in UTF-8 holds one.
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static Path fileOf(String text) {
        return Path.of("").toAbsolutePath().resolve("f" + text);
    }

    private static Arbitrary<Cidr> blocks() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 255),
                        Arbitraries.integers().between(0, 32))
                .as((octet, length) -> Cidr.parse(octet + ".1.2.3/" + length));
    }

    private static Arbitrary<Slot<HealthCheck>> checks() {
        return Arbitraries.of(
                slot(HealthCheck.class, "tcp", new NoConfig()),
                slot(HealthCheck.class, "http", new Installed.HttpCheck("/x", List.of(200))));
    }

    private static Arbitrary<Slot<BalancerPolicy>> balancers() {
        Slot<BalancerPolicy> plain = slot(BalancerPolicy.class, "round-robin", new NoConfig());
        return Arbitraries.of(
                plain,
                slot(BalancerPolicy.class, "least-connections", new Installed.Sampling(7)),
                slot(BalancerPolicy.class, "zoned", new Installed.Zoned("a: b", plain)));
    }

    private static <T> Slot<T> slot(Class<T> product, String type, Record config) {
        return new BoundSlot<>(product, type, INSTALLED.resolve(product, type).orElseThrow(), config, Position.NONE);
    }
}
