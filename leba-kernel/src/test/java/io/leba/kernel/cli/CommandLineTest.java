package io.leba.kernel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.plugin.ToyPlugin;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the commands print, and the exit codes. */
class CommandLineTest {
    @TempDir
    private Path folder;

    private String out;
    private String err;

    @BeforeEach
    void install() throws IOException {
        ToyPlugin.install(folder.resolve("plugins"));
        System.setProperty("leba.home", folder.toString());
        System.setProperty("leba.plugins", folder.resolve("plugins").toString());
        System.setProperty("leba.work", folder.resolve("work").toString());
    }

    @AfterEach
    void forget() {
        for (String property : new String[] {"leba.home", "leba.plugins", "leba.work", "leba.log.level"}) {
            System.clearProperty(property);
        }
    }

    private int leba(String... arguments) {
        StringWriter written = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine line = Main.commandLine(arguments);
        line.setOut(new PrintWriter(written, true)).setErr(new PrintWriter(errors, true));
        int code = line.execute(arguments);
        out = written.toString();
        err = errors.toString();
        return code;
    }

    @Test
    void versionNamesLebaSpiAndJava() {
        assertEquals(0, leba("version"));
        assertTrue(out.contains("leba ") && out.contains("spi ") && out.contains("java "), out);
        assertEquals(0, leba("version", "-o", "json"));
        assertTrue(out.contains("\"java\" : \""), out);
        assertEquals(0, leba("version"));
        String told = out;
        assertEquals(0, leba("--version"));
        assertEquals(told, out);
    }

    @Test
    void aCommandThatIsNoneIsCalledThatAndTheNearestIsNamed() {
        assertEquals(2, leba("frobnicate"));
        assertEquals("leba: there is no command 'frobnicate'\ntry 'leba help'\n", err);
        assertEquals(2, leba("validte", "--config", "x"));
        assertEquals("leba: there is no command 'validte'; did you mean 'validate'?\n", err);
        assertEquals(2, leba("plugin", "instal", "x"));
        assertEquals("leba: there is no command 'instal'; did you mean 'install'?\n", err);
    }

    @Test
    void anOptionThatIsNoneIsCalledThatAndTheNearestIsNamed() {
        assertEquals(2, leba("validate", "--confg", "x"));
        assertTrue(err.startsWith("leba: Unknown option") && err.endsWith("; did you mean '--config'?\n"), err);
        assertEquals(2, leba("--confg", "x"));
        assertTrue(err.endsWith("; did you mean '--config'?\n"), err);
        assertEquals(2, leba("validate", "--frobnicate"));
        assertTrue(err.endsWith("\ntry 'leba validate --help'\n"), err);
    }

    @Test
    void pluginsAreListedAsTableAndAsJson() throws IOException {
        assertEquals(0, leba("plugins"));
        assertTrue(out.startsWith("ID"), out);
        assertTrue(out.contains("com.example.toy  1.0      started  protocol line"), out);
        assertEquals(0, leba("plugins", "-o", "json"));
        assertTrue(out.contains("\"id\" : \"com.example.toy\""), out);

        Files.createFile(folder.resolve("plugins/empty.jar"));
        assertEquals(1, leba("plugins"));
        assertTrue(out.contains("empty.jar") && out.contains("the file is empty"), out);
    }

    @Test
    void noPluginsAreSaidToBeNone() throws IOException {
        Files.delete(folder.resolve("plugins/toy.jar"));
        assertEquals(0, leba("plugins"));
        assertEquals("no plugins in " + folder.resolve("plugins") + System.lineSeparator(), out);
    }

    @Test
    void aValidConfigurationIsCalledValid() throws IOException {
        Path config = Files.writeString(folder.resolve("good.yaml"), "node_id: a\n");
        assertEquals(0, leba("validate", "--config", config.toString()));
        assertEquals(config + ": valid" + System.lineSeparator(), out);
        assertEquals(0, leba("validate", "--config", config.toString(), "-o", "json"));
        assertTrue(out.contains("\"valid\" : true"), out);
    }

    @Test
    void withoutANameTheInstallationsConfigurationIsChecked() throws IOException {
        Path config = folder.resolve("conf/config.yaml");
        assertEquals(3, leba("validate"));
        assertTrue(err.contains(config.toString()), err);
        Files.createDirectories(config.getParent());
        Files.writeString(config, "node_id: a\n");
        assertEquals(0, leba("validate"), err);
        assertEquals(config + ": valid" + System.lineSeparator(), out);
    }

    @Test
    void aLogThatCannotBeWrittenIsRefusedBeforeAnythingStarts() throws IOException {
        Path config = Files.writeString(folder.resolve("good.yaml"), "node_id: a\n");
        Path log = folder.resolve("absent/x.log");
        assertEquals(1, leba("run", "--config", config.toString(), "--log", log.toString()));
        assertEquals(
                "leba: --log " + log + ": there is no folder " + log.getParent()
                        + "; make it, or name a file in another one" + System.lineSeparator(),
                err);
        assertEquals(1, leba("--config", config.toString(), "--log", folder.toString()));
        assertTrue(err.startsWith("leba: --log " + folder + ": cannot be written (is a directory)"), err);
    }

    @Test
    void aLogLevelThatThereIsNotIsRefused() {
        System.setProperty("leba.log.level", "bogus");
        for (String command : new String[] {"run", "validate", "plugins"}) {
            assertEquals(1, leba(command));
            assertTrue(
                    err.startsWith("leba: -Dleba.log.level must be one of off, ") && err.contains(", got 'bogus'"),
                    err);
        }
    }

    @Test
    void problemsAreListedAndTheCodeIsThree() throws IOException {
        Path config = Files.writeString(folder.resolve("bad.yaml"), "nod_id: a\nevent_loops: many\n");
        assertEquals(3, leba("validate", "--config", config.toString()));
        assertTrue(err.contains("bad.yaml:1:1 nod_id: unknown key; did you mean 'node_id'?"), err);
        assertTrue(err.contains("2 problems"), err);
        assertEquals(3, leba("validate", "--config", config.toString(), "-o", "json"));
        assertTrue(out.contains("\"line\" : 2"), out);
        assertEquals(3, leba("run", "--config", config.toString()));
        assertTrue(err.contains("2 problems"), err);
    }

    @Test
    void aMissingFileIsNamed() {
        int code = leba("validate", "--config", folder.resolve("absent.yaml").toString());
        assertTrue(code == 3 || code == 1, "code " + code);
        assertTrue((out + err).contains("absent.yaml"), out + err);
    }

    @Test
    void wrongUsageIsExplainedWithTheCodeTwo() {
        assertEquals(2, leba("validate", "--config"));
        assertTrue(err.contains("--config"), err);
        assertEquals(2, leba("pluginz"));
        assertTrue(err.contains("plugins"), "did you mean: " + err);
        assertEquals(2, leba("run", "--watch-interval", "0"));
        assertTrue(err.contains("must be 1 or more seconds, got 0"), err);
        assertEquals(2, leba("run", "--watch-interval", "soon"));
    }

    @Test
    void helpShowsCommandsAndExitCodes() {
        assertEquals(0, leba("help"));
        for (String word : new String[] {"run", "validate", "demo", "plugins", "version", "Exit codes"}) {
            assertTrue(out.contains(word), word);
        }
        assertEquals(0, leba("--help"));
        assertTrue(out.contains("--watch-interval"), out);
    }

    @Test
    void theDemoNeedsItsConfiguration() {
        assertEquals(1, leba("demo"));
        assertTrue(err.contains("config.yaml: no such file"), err);
    }
}
