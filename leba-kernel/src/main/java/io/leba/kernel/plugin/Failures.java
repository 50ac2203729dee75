package io.leba.kernel.plugin;

import java.util.Arrays;
import java.util.ServiceConfigurationError;

/** Tells a throwable in one line that a plugin's author can act on. */
final class Failures {
    private Failures() {}

    /** Type, message, and the first place that is not the JDK's. */
    static String describe(Throwable thrown) {
        Throwable cause = root(thrown);
        String message = messageOf(cause);
        if (cause instanceof ServiceConfigurationError) {
            return message;
        }
        String name = cause.getClass().getName();
        return (message.isEmpty() ? name : name + ": " + message) + place(cause);
    }

    private static String place(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .filter(frame -> !isJdk(frame))
                .findFirst()
                .map(frame -> " (at " + frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName()
                        + ":" + frame.getLineNumber() + "))")
                .orElse("");
    }

    private static boolean isJdk(StackTraceElement frame) {
        String module = frame.getModuleName();
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }

    /** The message on one line. */
    static String messageOf(Throwable thrown) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (RuntimeException | LinkageError e) {
            message = null; // a plugin's own exception may fail to describe itself
        }
        return message == null ? "" : message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** Whether the process, not the plugin, is in trouble. */
    static boolean isFatal(Throwable thrown) {
        return thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError);
    }

    private static Throwable root(Throwable thrown) {
        boolean wrapper = thrown instanceof ServiceConfigurationError || thrown instanceof ExceptionInInitializerError;
        return wrapper && thrown.getCause() != null ? root(thrown.getCause()) : thrown;
    }
}
