package io.leba.plugin.protocol.http.route;

import io.leba.plugin.protocol.http.HttpRoute;
import io.leba.plugin.protocol.http.head.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** A routing rule's conditions, compiled to bytes. */
final class Rule {
    private static final byte[][] NOTHING = {};
    private static final Glob[] NO_GLOBS = {};

    private final Glob path;
    private final byte[][] methods;
    private final byte[][] headerNames;
    private final Glob[] headerValues;

    Rule(HttpRoute route) {
        this.path = Glob.of(PathForm.canonical(route.pathPattern().orElse("*")));
        this.methods = route.methods().isEmpty()
                ? NOTHING
                : route.methods().stream().map(Rule::latin1).toArray(byte[][]::new);
        boolean anyHeader = route.headers().isEmpty();
        this.headerNames = anyHeader
                ? NOTHING
                : route.headers().keySet().stream()
                        .map(name -> latin1(name.toLowerCase(Locale.ROOT)))
                        .toArray(byte[][]::new);
        this.headerValues = anyHeader
                ? NO_GLOBS
                : route.headers().values().stream().map(Glob::of).toArray(Glob[]::new);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    Glob path() {
        return path;
    }

    /** Whether all conditions but that on the host hold. */
    boolean accepts(RouteLookup lookup) {
        RequestHead head = lookup.head();
        return path.matches(lookup.path(), lookup.pathStart(), lookup.pathEnd())
                && (methods.length == 0 || isMethod(head))
                && (headerNames.length == 0 || hasHeaders(head));
    }

    private boolean isMethod(RequestHead head) {
        for (byte[] method : methods) {
            if (Arrays.equals(head.bytes(), 0, head.line().methodEnd(), method, 0, method.length)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasHeaders(RequestHead head) {
        for (int i = 0; i < headerNames.length; i++) {
            if (!hasHeader(head, headerNames[i], headerValues[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasHeader(RequestHead head, byte[] name, Glob value) {
        for (int field = head.find(name, 0); field >= 0; field = head.find(name, field + 1)) {
            if (value.matches(head.bytes(), head.valueStart(field), head.valueEnd(field))) {
                return true;
            }
        }
        return false;
    }
}
