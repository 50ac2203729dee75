package io.leba.kernel.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * Makes the JDK forget the last record of a plugin. Where a record's {@code equals} or {@code hashCode} is linked, the
 * static method handles of {@link ObjectMethods} keep the type to which they were adapted last, and with it the record's class
 * and its realm: JDK 17 strongly, later ones softly where the class is not the application's own. Linking another record puts
 * that one in its place; it must be of a class loader that is not the application's either, to get into the same place.
 */
final class RecordCaches {
    private RecordCaches() {}

    static void forgetPlugins() {
        try {
            Class<?> other = new Elsewhere().define();
            RecordCaches.class.getModule().addReads(other.getModule());
            link(other, MethodHandles.privateLookupIn(other, MethodHandles.lookup()));
        } catch (Throwable e) {
            throw new IllegalStateException("the JDK does not link a record as it documents", e);
        }
    }

    private static void link(Class<?> type, MethodHandles.Lookup lookup) throws Throwable {
        MethodHandle component = lookup.findGetter(type, "component", Object.class);
        MethodType equals = MethodType.methodType(boolean.class, type, Object.class);
        ObjectMethods.bootstrap(lookup, "equals", equals, type, "component", component);
        ObjectMethods.bootstrap(
                lookup, "hashCode", MethodType.methodType(int.class, type), type, "component", component);
    }

    /** Defines {@link Forgettable} once more. */
    private static final class Elsewhere extends ClassLoader {
        Elsewhere() {
            super(RecordCaches.class.getClassLoader());
        }

        Class<?> define() throws IOException {
            String file = Forgettable.class.getSimpleName() + ".class";
            try (InputStream in = Forgettable.class.getResourceAsStream(file)) {
                byte[] bytes = in.readAllBytes();
                return defineClass(null, bytes, 0, bytes.length);
            }
        }
    }
}
