package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Cidr;
import io.leba.spi.config.Default;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Key;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Position;
import io.leba.spi.config.Range;
import io.leba.spi.config.Rate;
import io.leba.spi.config.Slot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinderTest {
    enum Mode {
        CLIENT_IP,
        HEADER
    }

    record Limits(
            @Default("1") @Range(min = "0") int min,
            @Default("8") @Range(max = "64") int max,
            @Default("2s") @Range(min = "1ms", max = "1h") Duration pause,

            @Default("1KiB") @Range(min = "1KiB", max = "1MiB")
            ByteSize body,

            @Default("1/s") @Range(max = "1000/s") Rate rate,
            @Default("50%") @Range(min = "0", max = "1") double share,
            @Default("x") @Range(min = "1", max = "4") String word,
            @Range(max = "2") List<String> few,
            @Range(min = "1") Optional<Integer> positive,
            @Range(max = "1") Map<String, String> one) {
        Limits {
            if (min > max) {
                throw new InvalidConfig("max", "must not be less than min (" + min + "), got " + max);
            }
            if (min + max == 13) {
                throw new InvalidConfig("min and max must not make 13");
            }
            if (max == 7) {
                throw new IllegalArgumentException("seven is refused");
            }
            if (max == 6) {
                throw new IllegalStateException("six is broken");
            }
            if (max == 5) {
                throw new StackOverflowError("five");
            }
        }
    }

    record Everything(
            String text,
            boolean flag,
            int whole,
            long big,
            double number,
            Mode mode,
            Duration duration,
            ByteSize size,
            Rate rate,
            Cidr block,
            Path file,
            Limits limits,
            List<Integer> list,
            Set<Mode> set,
            Map<String, List<Integer>> map,
            Optional<Boolean> optional,
            Slot<BalancerPolicy> slot,
            List<Slot<BalancerPolicy>> slots,
            List<Limits> records,

            @Matches(value = "[a-z]+", expected = "lower-case letters")
            Optional<List<String>> words,

            @Key(
                    value = "spelled",
                    aliases = {"spelt", "written"})
            Optional<String> name,

            MappingNode left,
            List<Node> any,
            Position position) {}

    private static final String COMPLETE = """
            text: 007
            flag: true
            whole: 7
            big: 7000000000
            number: 0.5
            mode: client-ip
            duration: 30s
            size: 1KiB
            rate: 5/s
            block: 10.0.0.0/8
            file: certs/a.pem
            limits: {}
            slot: round-robin
            left: {}
            """;

    private final Problems problems = new Problems();

    private static MappingNode parse(String yaml) {
        return new ConfigLoader(Map.of("P", "x1", "SIX", "6")::get)
                .parse(yaml, "c.yaml")
                .root();
    }

    private <R extends Record> R bind(String yaml, Class<R> type) {
        return new Binder(new Installed()).bind(parse(yaml), type, problems);
    }

    private String told() {
        return String.join("\n", problems.list().stream().map(Problem::toString).toList());
    }

    /** The problems of the complete document with one line in place of another, each without its place. */
    private String toldOf(String line) {
        String key = line.substring(0, line.indexOf(':'));
        StringBuilder yaml = new StringBuilder();
        COMPLETE.lines()
                .filter(other -> !other.startsWith(key + ":"))
                .forEach(other -> yaml.append(other).append('\n'));
        Everything bound = bind(yaml + line.replace("~", "\n  ") + "\n", Everything.class);
        assertEquals(problems.isEmpty(), bound != null);
        return String.join(
                " && ",
                problems.list().stream()
                        .map(problem -> problem.position().path() + ": " + problem.message())
                        .toList());
    }

    @Test
    void a_value_of_every_type_is_bound() {
        Everything bound = bind(COMPLETE + """
                        list: [1, "2", +3, 0x10, -5]
                        set: [header, CLIENT_IP]
                        map: {a: [1], b: 2, c: []}
                        optional: "false"
                        slots: [round-robin, {type: least-connections, sample: 3}]
                        records: [{min: 2}, {max: 9}]
                        words: [a, b]
                        written: so
                        any: [1, [2], {a: 3}]
                        """, Everything.class);
        assertEquals("", told());
        assertEquals("007", bound.text());
        assertEquals(true, bound.flag());
        assertEquals(7, bound.whole());
        assertEquals(7_000_000_000L, bound.big());
        assertEquals(0.5, bound.number());
        assertEquals(Mode.CLIENT_IP, bound.mode());
        assertEquals(Duration.ofSeconds(30), bound.duration());
        assertEquals(new ByteSize(1024), bound.size());
        assertEquals(new Rate(5, Duration.ofSeconds(1)), bound.rate());
        assertEquals(Cidr.parse("10.0.0.0/8"), bound.block());
        assertEquals(Path.of("certs/a.pem").toAbsolutePath(), bound.file());
        assertEquals(1, bound.limits().min());
        assertEquals(List.of(1, 2, 3, 16, -5), bound.list());
        assertEquals(Set.of(Mode.HEADER, Mode.CLIENT_IP), bound.set());
        assertEquals(Map.of("a", List.of(1), "b", List.of(2), "c", List.of()), bound.map());
        assertEquals(Optional.of(false), bound.optional());
        assertEquals("round-robin", bound.slot().type());
        assertEquals(new Installed.Sampling(3), bound.slots().get(1).config());
        assertEquals(List.of(2, 1), bound.records().stream().map(Limits::min).toList());
        assertEquals(Optional.of(List.of("a", "b")), bound.words());
        assertEquals(Optional.of("so"), bound.name());
        assertEquals(3, bound.any().size());
        assertEquals("c.yaml:1:1", bound.position().toString());
        assertThrows(UnsupportedOperationException.class, () -> bound.list().add(1));
        assertThrows(UnsupportedOperationException.class, () -> bound.set().clear());
        assertThrows(UnsupportedOperationException.class, () -> bound.map().clear());
    }

    @Test
    void what_is_not_written_is_empty_or_its_default() {
        Everything bound = bind(COMPLETE, Everything.class);
        assertEquals(List.of(), bound.list());
        assertEquals(Set.of(), bound.set());
        assertEquals(Map.of(), bound.map());
        assertEquals(Optional.empty(), bound.optional());
        assertEquals(Optional.empty(), bound.words());
        assertEquals(Duration.ofSeconds(2), bound.limits().pause());
        Everything nothing = bind(COMPLETE + "list:\nset: ~\nmap: null\noptional:\n", Everything.class);
        assertEquals("", told());
        assertEquals(bound, nothing);
    }

    @Test
    void every_missing_key_is_told_where_its_mapping_begins() {
        assertNull(bind("text: x\nlimits: {}\n", Everything.class));
        assertEquals(
                List.of(
                        "flag",
                        "whole",
                        "big",
                        "number",
                        "mode",
                        "duration",
                        "size",
                        "rate",
                        "block",
                        "file",
                        "slot",
                        "left"),
                problems.list().stream()
                        .map(problem -> problem.position().path())
                        .toList());
        assertEquals("c.yaml:1:1 flag: is required", problems.list().get(0).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "text: [a] => text: must be a text, got a list",
                "text: {a: b} => text: must be a text, got a mapping",
                "text: => text: must be a text, got nothing",
                "flag: yes => flag: must be true or false, got 'yes'",
                "flag: on => flag: must be true or false, got 'on'",
                "flag: 1 => flag: must be true or false, got 1",
                "whole: x => whole: must be a whole number, got 'x'",
                "whole: 1.5 => whole: must be a whole number, got 1.5",
                "whole: 1_000 => whole: must be a whole number, got '1_000'",
                "whole: ٣ => whole: must be a whole number, got '٣'",
                "whole: 3000000000 => whole: must be a whole number, got 3000000000; the largest is 2147483647",
                "whole: -3000000000 => whole: must be a whole number, got -3000000000; the smallest is -2147483648",
                "whole: 99999999999999999999 => whole: must be a whole number, got '99999999999999999999'",
                "whole: ${P} => whole: must be a whole number, got the value of '${P}'",
                "big: 9223372036854775808 => big: must be a whole number, got '9223372036854775808'",
                "number: .inf => number: must be a number such as 0.5 or 50%, got '.inf'",
                "number: 1e999 => number: must be a number such as 0.5 or 50%, got '1e999'",
                "number: half => number: must be a number such as 0.5 or 50%, got 'half'",
                "mode: ip => mode: must be one of client-ip, header, got 'ip'",
                "mode: heder => mode: must be one of client-ip, header, got 'heder'; did you mean 'header'?",
                "mode: clientip => mode: must be one of client-ip, header, got 'clientip'; did you mean 'client-ip'?",
                "mode: ${P} => mode: must be one of client-ip, header, got the value of '${P}'",
                "mode: [header] => mode: must be one of client-ip, header, got a list",
                "duration: 30 => duration: must be a duration with a unit, such as 250ms, 30s or 5m, got 30; did you mean '30s'?",
                "duration: -1s => duration: must be a duration with a unit, such as 250ms, 30s or 5m, got '-1s'",
                "duration: 5 parsecs => duration: must be a duration with a unit, such as 250ms, 30s or 5m, got '5 parsecs'",
                "duration: ${SIX} => duration: must be a duration with a unit, such as 250ms, 30s or 5m, got the value of '${SIX}'",
                "size: 1TB => size: must be a size such as 512, 64KiB or 10MiB, got '1TB'",
                "size: -1 => size: must be a size such as 512, 64KiB or 10MiB, got -1",
                "rate: 5 => rate: must be a rate such as 100/s or 60/m, got 5; did you mean '5/s'?",
                "rate: 0/s => rate: must be a rate such as 100/s or 60/m, got '0/s'",
                "block: localhost => block: must be an address block such as 10.0.0.0/8 or 2001:db8::/32, got 'localhost'",
                "file: '' => file: must be a file name, got ''",
                "file: \"a\\0b\" => file: must be a file name, got 'a\\u0000b'",
                "limits: 5 => limits: must be a mapping with the keys min, max, pause, body, rate, share, word, few, positive, one, got 5",
                "limits: => limits: must be a mapping with the keys min, max, pause, body, rate, share, word, few, positive, one, got nothing; write {} for no keys",
                "limits: {min: -1} => limits.min: must be at least 0, got -1",
                "limits: {max: 65} => limits.max: must be at most 64, got 65",
                "limits: {pause: 0} => limits.pause: must be between 1ms and 1h, got 0",
                "limits: {body: 2MiB} => limits.body: must be between 1KiB and 1MiB, got '2MiB'",
                "limits: {rate: 61000/m} => limits.rate: must be at most 1000/s, got '61000/m'",
                "limits: {share: 150%} => limits.share: must be between 0 and 1, got '150%'",
                "limits: {word: ''} => limits.word: must have between 1 and 4 characters, got ''",
                "limits: {word: hello} => limits.word: must have between 1 and 4 characters, got 'hello'",
                "limits: {few: [a, b, c]} => limits.few: must have at most 2 entries, got 3",
                "limits: {positive: 0} => limits.positive: must be at least 1, got 0",
                "limits: {one: {a: b, c: d}} => limits.one: must have at most 1 entries, got 2",
                "limits: {min: 9} => limits.max: must not be less than min (9), got 8",
                "limits: {min: 5} => limits: min and max must not make 13",
                "limits: {max: 7} => limits: seven is refused",
                "limits: {max: 6} => limits: is refused by io.leba.kernel.config.BinderTest$Limits: java.lang.IllegalStateException: six is broken",
                "limits: {mix: 6} => limits.mix: unknown key; did you mean 'max' or 'min'?",
                "limits: {other: 6} => limits.other: unknown key; known here: min, max, pause, body, rate, share, word, few, positive, one",
                "list: {a: 1} => list: must be a list, got a mapping; begin each item with '- '",
                "list: [1, x, y] => list[1]: must be a whole number, got 'x' && list[2]: must be a whole number, got 'y'",
                "list: [1, ] => ``",
                "list: [[1]] => list[0]: must be a whole number, got a list",
                "list:~- 1~- => list[1]: must be a whole number, got nothing",
                "records: 5 => records: must be a list, got 5",
                "records: {min: 1} => records: must be a list, got a mapping; begin each item with '- '",
                "records: [{min: x}, 5] => records[0].min: must be a whole number, got 'x' && records[1]: must be a mapping with the keys min, max, pause, body, rate, share, word, few, positive, one, got 5",
                "set: [header, HEADER] => set[1]: 'HEADER' is listed twice; remove one",
                "map: [1] => map: must be a mapping, got a list",
                "map: {a: [1], \"b c\": [x]} => map[\"b c\"][0]: must be a whole number, got 'x'",
                "map: {a: } => ``",
                "words: [a, B] => words[1]: must be lower-case letters, got 'B'",
                "words: 5 => words: must be lower-case letters, got 5",
                "left: x => left: must be a mapping, got 'x'",
                "slot: round-robbin => slot: no installed plugin provides balancer 'round-robbin'; installed: least-connections, round-robin, zoned; did you mean 'round-robin'?",
                "slot: maglev => slot: no installed plugin provides balancer 'maglev'; installed: least-connections, round-robin, zoned",
                "slot: ${P} => slot: no installed plugin provides balancer the value of '${P}'; installed: least-connections, round-robin, zoned",
                "slot: => slot: must name a balancer, alone or as 'type' of a mapping, got nothing; installed: least-connections, round-robin, zoned",
                "slot: [a] => slot: must name a balancer, alone or as 'type' of a mapping, got a list; installed: least-connections, round-robin, zoned",
                "slot: {sample: 2} => slot.type: is required; installed: least-connections, round-robin, zoned",
                "slot: {type: [a]} => slot.type: must be a word, got a list; installed: least-connections, round-robin, zoned",
                "slot: {type: } => slot.type: must be a word, got nothing; installed: least-connections, round-robin, zoned",
                "slot: {type: zone} => slot.type: no installed plugin provides balancer 'zone'; installed: least-connections, round-robin, zoned; did you mean 'zoned'?",
                "slot: {type: least-connections, sample: 1} => slot.sample: must be between 2 and 16, got 1",
                "slot: {type: least-connections, samples: 1} => slot.samples: unknown key; did you mean 'sample'?",
                "slot: {type: round-robin, x: 1} => slot.x: unknown key; no keys can stand here",
                "slot: zoned => slot.zone: is required",
                "slot: {type: zoned, zone: a, inner: {type: zoned, zone: b, inner: {type: least-connections, sample: 17}}} => slot.inner.inner.sample: must be between 2 and 16, got 17",
                "slots: round-robin => ``",
                "slots: {type: zoned, zone: b} => ``",
                "slots: [round-robin, rr] => slots[1]: no installed plugin provides balancer 'rr'; installed: least-connections, round-robin, zoned",
            })
    void a_value_that_cannot_be_bound_is_told_with_what_would_be_right(String line, String expected) {
        assertEquals(expected, toldOf(line));
    }

    @Test
    void two_spellings_of_one_key_exclude_each_other() {
        assertNull(bind(COMPLETE + "spelt: x\nspelled: y\n", Everything.class));
        assertEquals("c.yaml:15:1 spelt: says the same as 'spelled'; remove one", told());
    }

    @Test
    void places_point_at_the_value_or_at_an_unknown_key() {
        bind(
                COMPLETE.replace("whole: 7", "whole:   x").replace("limits: {}", "limits: {mn: 1, max: 99}"),
                Everything.class);
        assertEquals("""
                c.yaml:3:10 whole: must be a whole number, got 'x'
                c.yaml:12:10 limits.mn: unknown key; did you mean 'min'?
                c.yaml:12:22 limits.max: must be at most 64, got 99""", told());
    }

    @Test
    void what_a_constructor_refuses_is_told_at_the_key_it_names() {
        bind(COMPLETE.replace("limits: {}", "limits: {min: 9, max: 8}"), Everything.class);
        assertEquals("c.yaml:12:23 limits.max: must not be less than min (9), got 8", told());
    }

    @Test
    void an_error_of_the_machine_is_not_taken_for_a_problem_of_the_user() {
        assertThrows(
                StackOverflowError.class,
                () -> bind(COMPLETE.replace("limits: {}", "limits: {max: 5}"), Everything.class));
    }

    @Test
    void a_default_that_no_plugin_fills_says_that_it_is_the_default() {
        record Group(@Default("round-robin") Slot<BalancerPolicy> algorithm) {}
        new Binder(SlotResolver.NONE).bind(parse("{}"), Group.class, problems);
        assertEquals(
                "c.yaml:1:1 algorithm: no installed plugin provides balancer 'round-robin'; none is installed (the default)",
                told());
    }

    @Test
    void the_path_of_a_record_can_be_given() {
        record Port(int port, Position position) {}
        Binder binder = new Binder(SlotResolver.NONE);
        Port port = binder.bind(parse("port: 5"), Port.class, "frontend[a]", problems);
        assertEquals("c.yaml:1:1 frontend[a]", port.position().toString());
        binder.bind(parse("port: x"), Port.class, "frontend[a]", problems);
        assertEquals("c.yaml:1:7 frontend[a].port: must be a whole number, got 'x'", told());
    }

    @Test
    void equal_configuration_makes_equal_records_wherever_it_stands() {
        Everything one = bind(COMPLETE, Everything.class);
        Everything other = bind("\n\n" + COMPLETE, Everything.class);
        assertEquals(one, other);
        assertEquals(one.hashCode(), other.hashCode());
    }
}
