package io.leba.testkit.contract;

import io.leba.spi.Scope;
import io.leba.testkit.TestScope;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A scope one of whose calls fails, so that what was opened before it has to be closed. */
final class FailingScope {
    static final String MESSAGE = "thrown on purpose by the scope";

    private final int failing;
    private int calls;

    private FailingScope(int failing) {
        this.failing = failing;
    }

    /** @param failing which call fails, from 0 */
    static Scope of(TestScope scope, int failing) {
        FailingScope state = new FailingScope(failing);
        return (Scope) Proxy.newProxyInstance(
                Scope.class.getClassLoader(), new Class<?>[] {Scope.class}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() != Object.class && state.calls++ == state.failing) {
                        throw new IllegalStateException(MESSAGE);
                    }
                    try {
                        return method.invoke(scope, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
