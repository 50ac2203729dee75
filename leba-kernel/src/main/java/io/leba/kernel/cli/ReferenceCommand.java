package io.leba.kernel.cli;

import io.leba.kernel.config.Outline;
import io.leba.kernel.config.ReferenceGenerator;
import io.leba.kernel.config.SchemaGenerator;
import io.leba.kernel.generation.DocumentOutline;
import io.leba.kernel.plugin.PluginHost;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code leba reference}. */
@Command(
        name = "reference",
        description =
                "Print every configuration key that the kernel and the installed plugins know, as Markdown or JSON Schema.")
final class ReferenceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** What is printed. */
    enum Form {
        /** For people. */
        MARKDOWN,
        /** For editors that check YAML. */
        SCHEMA
    }

    @Option(
            names = {"-o", "--output"},
            defaultValue = "markdown",
            paramLabel = "markdown|schema",
            description = "How to print.")
    private Form output;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() throws Exception {
        Logs.atLeast("off");
        try (PluginHost host = new PluginHost(Installation.plugins(), Installation.work())) {
            Outline outline = DocumentOutline.of(host.open());
            String text = output == Form.SCHEMA ? SchemaGenerator.json(outline) : ReferenceGenerator.markdown(outline);
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
        }
        return Exit.OK;
    }
}
