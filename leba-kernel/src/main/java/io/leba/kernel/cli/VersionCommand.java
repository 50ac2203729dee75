package io.leba.kernel.cli;

import io.leba.kernel.admin.Version;
import io.leba.spi.SpiVersion;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code leba version}. */
@Command(name = "version", description = "Show the versions of LEBA, its SPI and Java.")
final class VersionCommand implements Callable<Integer>, IVersionProvider {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "table|json",
            description = "How to print.")
    private OutputFormat output;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (output == OutputFormat.JSON) {
            out.println(Json.write(versions()));
        } else {
            Stream.of(getVersion()).forEach(out::println);
        }
        return Exit.OK;
    }

    private static Map<String, Object> versions() {
        Map<String, Object> versions = new LinkedHashMap<>();
        versions.put("leba", Version.text());
        versions.put("spi", SpiVersion.MAJOR + "." + SpiVersion.MINOR);
        versions.put("java", Runtime.version().toString());
        versions.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return versions;
    }

    /** What {@code leba --version} prints, by line. */
    @Override
    public String[] getVersion() {
        return versions().entrySet().stream()
                .map(entry -> String.format("%-9s %s", entry.getKey(), entry.getValue()))
                .toArray(String[]::new);
    }
}
