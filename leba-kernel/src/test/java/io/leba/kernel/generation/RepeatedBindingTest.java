package io.leba.kernel.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.config.BoundItems;
import io.leba.kernel.config.ConfigDocument;
import io.leba.kernel.config.ConfigException;
import io.leba.kernel.config.ConfigLoader;
import io.leba.kernel.config.EditedText;
import io.leba.kernel.config.EditedText.Edit;
import io.leba.kernel.config.Problems;
import io.leba.kernel.plugin.PluginHost;
import io.leba.kernel.plugin.ToyPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is bound with the help of what was bound before is what is bound from nothing, with every place. */
class RepeatedBindingTest {
    private static final Path FILE = Path.of("leba.yaml").toAbsolutePath();

    private static Path folder;
    private static PluginHost host;
    private static Catalog catalog;

    @BeforeContainer
    @BeforeAll
    static void open() throws IOException {
        folder = Files.createTempDirectory("leba-repeated");
        ToyPlugin.install(folder.resolve("plugins"));
        host = new PluginHost(folder.resolve("plugins"), folder.resolve("work"));
        catalog = new Catalog(host.open());
    }

    @AfterContainer
    @AfterAll
    static void close() throws IOException {
        host.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    /** A file that is read again and again, as a node does it. */
    private static final class Repeated {
        private final Map<String, String> environment = new HashMap<>();
        private final ConfigLoader loader = new ConfigLoader(environment::get);
        private BoundItems items;

        /** Whether the text was taken; fails if what came of it is not what comes of a first reading. */
        boolean read(String text) {
            List<String> fresh = told(new ConfigLoader(environment::get), null, text, new ArrayList<>());
            List<Sections> taken = new ArrayList<>();
            List<String> again = told(loader, items, text, taken);
            assertEquals(String.join("\n", fresh), String.join("\n", again), () -> "of\n" + text);
            taken.forEach(sections -> {
                items = sections.items();
                items.forgetEarlier();
            });
            return !taken.isEmpty();
        }

        /** Everything that a text says, or what is wrong with it. */
        private static List<String> told(ConfigLoader loader, BoundItems earlier, String text, List<Sections> taken) {
            ConfigDocument document;
            try {
                document = loader.load(FILE, text);
            } catch (ConfigException e) {
                return e.problems().stream().map(Object::toString).toList();
            }
            Problems problems = new Problems();
            SectionReader reader = new SectionReader(catalog, problems, earlier);
            Sections sections = reader.read(document).orElseThrow();
            List<String> lines = new ArrayList<>();
            lines.add(sections.node().toString());
            Stream.of(
                            sections.extensions(),
                            sections.groups(),
                            sections.frontends(),
                            sections.variables().entrySet())
                    .forEach(all -> all.forEach(one -> lines.add(one.toString())));
            Sections.ProtocolWord line = catalog.protocol("line").orElseThrow();
            for (Sections.RuleSection rule : sections.rules()) {
                List<Sections.FilterSection> filters = new ArrayList<>();
                lines.add(rule + " " + reader.match(rule.item(), line, filters) + " " + filters);
            }
            if (problems.isEmpty()) {
                taken.add(sections);
                return lines;
            }
            return problems.list().stream().map(Object::toString).toList();
        }
    }

    @Test
    void a_large_configuration_is_the_same_after_each_of_many_edits() {
        Random random = new Random(7);
        Repeated repeated = new Repeated();
        EditedText text = EditedText.of(3_000);
        int taken = 0;
        int refused = 0;
        for (int round = 0; round < 40; round++) {
            EditedText next = text.with(IntStream.range(0, 1 + random.nextInt(8))
                    .mapToObj(any -> new Edit(random.nextInt(7), random.nextInt(100_000), random.nextInt(1_000)))
                    .toList());
            if (repeated.read(next.toString())) {
                text = next;
                taken++;
            } else {
                refused++;
            }
        }
        assertTrue(taken > 5 && refused > 5, taken + " taken, " + refused + " refused");
    }

    @Property(tries = 400)
    void a_small_configuration_is_the_same_after_any_edits(@ForAll("edits") List<List<Edit>> edits) {
        Repeated repeated = new Repeated();
        EditedText text = EditedText.of(6);
        assertTrue(repeated.read(text.toString()));
        for (List<Edit> more : edits) {
            repeated.environment.put("WHERE", String.valueOf(more.size()));
            EditedText next = text.with(more);
            if (repeated.read(next.toString())) {
                text = next;
            }
        }
    }

    @Provide
    Arbitrary<List<List<Edit>>> edits() {
        return Edit.any().list().ofMinSize(0).ofMaxSize(3).list().ofMaxSize(6);
    }
}
