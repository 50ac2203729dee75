package io.leba.spi.api;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What others can see of classes, a line each, in a form that people can read and versions can be compared in. */
final class Signature {
    /** Ends the line of a method that an implementation has to have. */
    static final String REQUIRED = " [required]";

    private Signature() {}

    /** Of all classes below a folder of class files. */
    static List<String> of(Path classes) throws IOException {
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".class")).toList()) {
                String name =
                        classes.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", "");
                if (!name.endsWith("-info")) {
                    Class<?> type = Class.forName(name, false, Signature.class.getClassLoader());
                    if (isVisible(type)) {
                        found.add(type);
                    }
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        return of(found);
    }

    static List<String> of(Collection<Class<?>> classes) {
        TreeSet<String> lines = new TreeSet<>();
        for (Class<?> type : classes) {
            add(type, lines);
        }
        return List.copyOf(lines);
    }

    private static boolean isVisible(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && !type.isSynthetic()
                && (type.getDeclaringClass() == null || isVisible(type.getDeclaringClass()));
    }

    private static void add(Class<?> type, TreeSet<String> lines) {
        String kind = type.isAnnotation()
                ? "annotation"
                : type.isRecord() ? "record" : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
        lines.add(kind + " " + type.getName());
        if (type.getSuperclass() != null && type.getSuperclass() != Object.class) {
            lines.add(type.getName() + " extends " + type.getGenericSuperclass().getTypeName());
        }
        for (var implemented : type.getGenericInterfaces()) {
            lines.add(type.getName() + " extends " + implemented.getTypeName());
        }
        for (Method method : type.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
                boolean isRequired = Modifier.isAbstract(method.getModifiers()) && method.getDefaultValue() == null;
                lines.add(plain(method.toGenericString()) + (isRequired ? REQUIRED : ""));
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (Modifier.isPublic(constructor.getModifiers())) {
                lines.add(plain(constructor.toGenericString()));
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers())) {
                lines.add(plain(field.toGenericString()));
            }
        }
    }

    /** Without what callers do not depend on. */
    private static String plain(String generic) {
        return generic.replaceAll("\\b(public|abstract|default|final|synchronized) ", "")
                .replaceAll(" throws .*", "");
    }
}
