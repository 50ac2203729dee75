package io.leba.kernel.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * SIGINT and SIGTERM: the first stops in order, the second at once. Installed before anything starts, so that a signal in the
 * middle of a start is not lost: it stops what was started as soon as that is known.
 *
 * <p>A shutdown hook could not tell the two signals apart, and would run while loggers shut down as well. The JDK's signal class
 * ({@code jdk.unsupported}) is reached by reflection, because the compiler warns of every mention of it and warnings are errors
 * here.
 */
final class StopSignals {
    private static final int SIGNAL_BASE = 128;

    private boolean isStopping;
    private Runnable action;

    private StopSignals() {}

    /** Handles the signals from now on. */
    static StopSignals install() {
        StopSignals signals = new StopSignals();
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            InvocationHandler handling = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    signals.received((int) signalType.getMethod("getNumber").invoke(arguments[0]));
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
        return signals;
    }

    /** Says what the first signal does, in a thread of its own; it does so now if the signal has come already. */
    synchronized void onStop(Runnable stop) {
        action = stop;
        if (isStopping) {
            run();
        }
    }

    private synchronized void received(int number) {
        if (isStopping) {
            Runtime.getRuntime().halt(SIGNAL_BASE + number);
        }
        isStopping = true;
        if (action != null) {
            run();
        }
    }

    private void run() {
        new Thread(action, "leba-stop").start();
    }
}
