package io.leba.kernel.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * Signals of the operating system. The JDK's signal class ({@code jdk.unsupported}) is reached by reflection, because the
 * compiler warns of every mention of it and warnings are errors here.
 */
final class Signals {
    private Signals() {}

    /** Calls the action, in a thread of its own, whenever the signal comes. Does nothing where there is no such signal. */
    static void handle(String name, Runnable action) {
        try {
            handle(name, number -> new Thread(action, "leba-sig" + name.toLowerCase(java.util.Locale.ROOT)).start());
        } catch (IllegalArgumentException e) {
            org.slf4j.LoggerFactory.getLogger(Signals.class).debug("no SIG{} here", name, e);
        }
    }

    /**
     * Calls the action with the signal's number, on the JVM's thread for signals, whenever the signal comes.
     *
     * @throws IllegalArgumentException if the system has no such signal, or the JVM keeps it to itself
     */
    static void handle(String name, IntConsumer action) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            InvocationHandler handling = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.accept((int) signalType.getMethod("getNumber").invoke(arguments[0]));
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == arguments[0];
                default -> "handler of SIG" + name;
            };
            Object handler =
                    Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handlerType}, handling);
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException unusable) {
                throw unusable;
            }
            throw new IllegalStateException("this Java does not let a program handle signals", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java does not let a program handle signals", e);
        }
    }
}
