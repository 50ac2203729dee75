package io.leba.testkit.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Looks for state that is kept in static fields, where it outlives every instance. */
final class StaticState {
    /** Types whose point is to change or to live on. */
    private static final List<Class<?>> CHANGING = List.of(
            java.util.concurrent.atomic.AtomicInteger.class,
            java.util.concurrent.atomic.AtomicLong.class,
            java.util.concurrent.atomic.AtomicBoolean.class,
            java.util.concurrent.atomic.AtomicReference.class,
            LongAdder.class,
            ThreadLocal.class,
            Thread.class,
            Executor.class,
            java.util.Timer.class,
            StringBuilder.class,
            io.netty.util.concurrent.FastThreadLocal.class);

    private StaticState() {}

    /**
     * The static fields that may change, as {@code Type.field: why}.
     *
     * @param classes a folder of class files
     */
    static List<String> in(Path classes, ClassLoader loader) {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(StaticState::isClass).sorted().toList()) {
                String name =
                        classes.relativize(file).toString().replace('/', '.').replace('\\', '.');
                look(Class.forName(name.substring(0, name.length() - ".class".length()), false, loader), found);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }

    private static boolean isClass(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".class")
                && !name.equals("module-info.class")
                && !name.equals("package-info.class")
                && !file.toString().contains("META-INF");
    }

    static void look(Class<?> type, List<String> found) {
        for (Field field : type.getDeclaredFields()) {
            int modifiers = field.getModifiers();
            // What a compiler or coverage adds is its own affair.
            if (!Modifier.isStatic(modifiers)
                    || field.isSynthetic()
                    || field.getName().startsWith("$")) {
                continue;
            }
            String name = type.getName() + "." + field.getName();
            if (!Modifier.isFinal(modifiers)) {
                found.add(name + ": is not final");
            } else if (CHANGING.stream().anyMatch(one -> one.isAssignableFrom(field.getType()))) {
                found.add(name + ": a " + field.getType().getSimpleName());
            } else if (isChangingCollection(field)) {
                found.add(name + ": a collection that can be changed");
            }
        }
    }

    /** Asks the value, not the declared type: an immutable list is fine, whatever it is declared as. */
    private static boolean isChangingCollection(Field field) {
        if (!Collection.class.isAssignableFrom(field.getType()) && !Map.class.isAssignableFrom(field.getType())) {
            return false;
        }
        Object value;
        try {
            field.setAccessible(true);
            value = field.get(null);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return false; // not open to tests; other checks remain
        }
        String type = value == null ? "" : value.getClass().getName();
        return !type.isEmpty()
                && !type.startsWith("java.util.ImmutableCollections")
                && !type.startsWith("java.util.Collections$")
                && !type.equals("java.util.EnumMap")
                && !type.startsWith("java.util.RegularEnumSet");
    }
}
