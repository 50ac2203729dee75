package io.leba.kernel.plugin;

import java.util.ServiceConfigurationError;

/** Tells a throwable in one line that a plugin's author can act on. */
final class Failures {
    private Failures() {}

    /** Type, message, and the place it was thrown at. */
    static String describe(Throwable thrown) {
        Throwable cause = root(thrown);
        StringBuilder text = new StringBuilder(cause.getClass().getName());
        String message = messageOf(cause);
        if (!message.isEmpty()) {
            text.append(": ").append(message);
        }
        StackTraceElement[] trace = cause.getStackTrace();
        if (trace.length > 0) {
            text.append(" (at ").append(withoutModule(trace[0])).append(')');
        }
        return text.toString();
    }

    /** The message on one line, in the lower case of our messages if it starts with a capital of a sentence. */
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

    private static String withoutModule(StackTraceElement frame) {
        return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }
}
