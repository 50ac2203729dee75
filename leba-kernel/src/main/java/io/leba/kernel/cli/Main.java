package io.leba.kernel.cli;

import picocli.CommandLine;

/** The program's entry point. */
public final class Main {
    private Main() {}

    /** Runs the command line and exits with its code. */
    public static void main(String[] arguments) {
        System.setProperty("java.net.preferIPv4Stack", System.getProperty("java.net.preferIPv4Stack", "false"));
        int code = run(arguments);
        System.out.flush();
        System.exit(code);
    }

    /** Runs the command line; tests call this. */
    static int run(String... arguments) {
        return commandLine(arguments).execute(arguments);
    }

    static CommandLine commandLine(String... arguments) {
        return LebaCommand.line(arguments)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(new Failures())
                .setParameterExceptionHandler(new Usage());
    }
}
