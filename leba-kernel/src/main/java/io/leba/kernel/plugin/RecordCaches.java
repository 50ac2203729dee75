package io.leba.kernel.plugin;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * Makes the JDK forget the last record of a plugin. Where a record's {@code equals} or {@code hashCode} is linked, the
 * static method handles of {@link ObjectMethods} keep the type to which they were adapted last (JDK 17), and with it the
 * record's class and its realm; linking a record of the kernel's puts that one in its place.
 */
final class RecordCaches {
    private RecordCaches() {}

    private record Own(Own component) {}

    static void forgetPlugins() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle component = lookup.findGetter(Own.class, "component", Own.class);
            ObjectMethods.bootstrap(
                    lookup,
                    "equals",
                    MethodType.methodType(boolean.class, Own.class, Object.class),
                    Own.class,
                    "component",
                    component);
            ObjectMethods.bootstrap(
                    lookup, "hashCode", MethodType.methodType(int.class, Own.class), Own.class, "component", component);
        } catch (Throwable e) {
            throw new IllegalStateException("the JDK does not link a record as it documents", e);
        }
    }
}
