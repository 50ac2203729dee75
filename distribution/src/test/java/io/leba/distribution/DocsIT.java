package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation shows is true: YAML is valid, links lead somewhere, the reference is what the plugins say. */
class DocsIT {
    private static final Path ROOT =
            Path.of(System.getProperty("leba.root", "..")).toAbsolutePath().normalize();
    private static final Path REFERENCE = ROOT.resolve("docs/reference.md");
    /** A block with whatever stands behind the language. */
    private static final Pattern YAML = Pattern.compile("```ya?ml\\b[^\\n]*\\n(.*?)```", Pattern.DOTALL);

    /** Certificates, keys and lists of revocations. */
    private static final Pattern NAMED = Pattern.compile("/etc/leba/([\\w.-]+)");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    @TempDir
    private Path folder;

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        for (String below : List.of("docs", "plugins", "examples")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(below))) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .filter(file -> !file.toString().contains("/target/"))
                        .forEach(pages::add);
            }
        }
        return pages;
    }

    private Run leba(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Layout.LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        return Run.of(
                folder,
                Map.of(
                        "PATH",
                        System.getenv("PATH"),
                        "LEBA_OPTS",
                        Run.SHORT_LIVED + " -Dleba.work=" + folder.resolve("work")),
                command);
    }

    @Test
    void everyYamlBlockIsAValidConfiguration() throws Exception {
        SelfSigned signed = SelfSigned.in(Files.createDirectory(folder.resolve("made")));
        int blocks = 0;
        int named = 0;
        List<String> bad = new ArrayList<>();
        for (Path page : pages()) {
            Matcher block = YAML.matcher(Files.readString(page));
            while (block.find()) {
                blocks++;
                Matcher file = NAMED.matcher(block.group(1));
                while (file.find()) {
                    named++;
                    provide(file.group(1), signed);
                }
                String text = file.replaceAll(
                        found -> folder.resolve("etc").resolve(found.group(1)).toString());
                Path config = Files.writeString(folder.resolve("block.yaml"), text);
                Run run = leba("validate", "--config", config.toString());
                if (run.exitCode() != 0) {
                    bad.add(ROOT.relativize(page) + ":\n" + block.group(1) + run.errors());
                }
            }
        }
        assertTrue(blocks > 20, "blocks: " + blocks);
        assertTrue(named > 15, "files that they name: " + named);
        assertEquals(List.of(), bad, () -> String.join("\n", bad));
    }

    /** Puts a file there that is what its name says. */
    private void provide(String name, SelfSigned signed) throws Exception {
        Path file = Files.createDirectories(folder.resolve("etc")).resolve(name);
        if (Files.exists(file)) {
            return;
        }
        if (name.endsWith(".crl")) {
            signed.revocations(file);
        } else {
            Files.copy(name.endsWith("-key.pem") ? signed.key() : signed.certificate(), file);
        }
    }

    @Test
    void everyPageIsLinkedFromAnotherByItselfOrByItsFolder() throws IOException {
        Set<Path> linked = new HashSet<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                linked.add(page.resolveSibling(link.group(1)).normalize());
            }
        }
        List<String> alone = pages().stream()
                .filter(page -> !linked.contains(page) && !linked.contains(page.getParent()))
                .map(page -> ROOT.relativize(page).toString())
                .filter(page -> !page.equals("README.md"))
                .toList();
        assertEquals(List.of(), alone);
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                if (!Files.exists(page.getParent().resolve(link.group(1)).normalize())) {
                    broken.add(ROOT.relativize(page) + " -> " + link.group(1));
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void theReferenceIsWhatKernelAndPluginsSay() throws Exception {
        Run run = leba("reference");
        assertEquals(0, run.exitCode(), run.errors());
        String page = run.output();
        assertEquals(
                page,
                Files.exists(REFERENCE) ? Files.readString(REFERENCE) : "",
                "docs/reference.md is stale; write it anew with: distribution/target/leba/bin/leba reference > docs/reference.md");
    }

    @Test
    void theSchemaIsPrinted() throws Exception {
        Run run = leba("reference", "-o", "schema");
        assertEquals(0, run.exitCode(), run.errors());
        assertTrue(run.output().contains("\"backend_groups\""), run.output());
    }

    @Test
    void theReadmeShowsTheTwoCommands() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        assertTrue(readme.contains("mvn -q -DskipTests package && distribution/target/leba/bin/leba demo"));
        assertTrue(readme.contains("mvn verify"));
    }
}
