package io.leba.kernel.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGINT and SIGTERM: the first stops in order, the second at once. A shutdown hook could not tell the two apart, and would run
 * while loggers shut down as well. The JDK's signal class ({@code jdk.unsupported}) is reached by reflection, because the
 * compiler warns of every mention of it and warnings are errors here.
 */
final class StopSignals {
    private static final int SIGNAL_BASE = 128;

    private StopSignals() {}

    /** Runs the action on the first signal, in a thread of its own; a second signal halts the process. */
    static void onStop(Runnable action) {
        AtomicBoolean first = new AtomicBoolean(true);
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            InvocationHandler handling = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    int number = (int) signalType.getMethod("getNumber").invoke(arguments[0]);
                    if (first.getAndSet(false)) {
                        new Thread(action, "leba-stop").start();
                    } else {
                        Runtime.getRuntime().halt(SIGNAL_BASE + number);
                    }
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == arguments[0];
                default -> "stop signals";
            };
            Object handler =
                    Proxy.newProxyInstance(StopSignals.class.getClassLoader(), new Class<?>[] {handlerType}, handling);
            for (String name : new String[] {"INT", "TERM"}) {
                Object signal = signalType.getConstructor(String.class).newInstance(name);
                signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java does not let a program handle signals", e);
        }
    }
}
