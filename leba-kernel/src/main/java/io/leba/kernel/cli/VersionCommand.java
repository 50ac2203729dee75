package io.leba.kernel.cli;

import io.leba.kernel.admin.Version;
import io.leba.spi.SpiVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code leba version}. */
@Command(name = "version", description = "Show the versions of LEBA, its SPI and Java.")
final class VersionCommand implements Callable<Integer> {
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
        Map<String, Object> versions = new LinkedHashMap<>();
        versions.put("leba", Version.text());
        versions.put("spi", SpiVersion.MAJOR + "." + SpiVersion.MINOR);
        versions.put("java", Runtime.version().toString());
        versions.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        if (output == OutputFormat.JSON) {
            spec.commandLine().getOut().println(Json.write(versions));
        } else {
            versions.forEach((name, version) -> spec.commandLine().getOut().printf("%-9s %s%n", name, version));
        }
        return Exit.OK;
    }
}
