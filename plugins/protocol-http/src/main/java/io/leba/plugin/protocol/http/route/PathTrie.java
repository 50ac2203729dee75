package io.leba.plugin.protocol.http.route;

import java.util.Arrays;

/**
 * Finds rules by the literal beginning of their path pattern, in time that depends on the path and on the rules whose
 * beginning it has, not on how many rules there are. Read backwards it finds them by their ending. Immutable once built.
 */
final class PathTrie {
    private final boolean isBackwards;
    private final Entry root = new Entry(new byte[0]);

    /** A step: the bytes that lead here, the rules that end here, and where to go by the next byte. */
    private static final class Entry {
        private byte[] label;
        private int[] rules = {};
        private byte[] firsts = {};
        private Entry[] children = {};

        Entry(byte[] label) {
            this.label = label;
        }

        Entry child(byte first) {
            for (int i = 0; i < firsts.length; i++) {
                if (firsts[i] == first) {
                    return children[i];
                }
            }
            return null;
        }

        void add(Entry child) {
            firsts = Arrays.copyOf(firsts, firsts.length + 1);
            firsts[firsts.length - 1] = child.label[0];
            children = Arrays.copyOf(children, firsts.length);
            children[firsts.length - 1] = child;
        }

        void replace(Entry child, Entry by) {
            for (int i = 0; i < children.length; i++) {
                if (children[i] == child) {
                    children[i] = by;
                }
            }
        }
    }

    PathTrie(boolean isBackwards) {
        this.isBackwards = isBackwards;
    }

    /** Adds a rule; rules must come in ascending order. */
    void add(byte[] literal, int rule) {
        byte[] key = isBackwards ? reversed(literal) : literal;
        Entry at = root;
        int i = 0;
        while (i < key.length) {
            Entry child = at.child(key[i]);
            if (child == null) {
                Entry leaf = new Entry(Arrays.copyOfRange(key, i, key.length));
                at.add(leaf);
                at = leaf;
                break;
            }
            int common = Arrays.mismatch(child.label, 0, child.label.length, key, i, key.length);
            if (common >= 0 && common < child.label.length) {
                Entry middle = new Entry(Arrays.copyOf(child.label, common));
                at.replace(child, middle);
                child.label = Arrays.copyOfRange(child.label, common, child.label.length);
                middle.add(child);
                child = middle;
            }
            i += child.label.length;
            at = child;
        }
        at.rules = Arrays.copyOf(at.rules, at.rules.length + 1);
        at.rules[at.rules.length - 1] = rule;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            result[i] = bytes[bytes.length - 1 - i];
        }
        return result;
    }

    /** The lowest rule below {@code best} that accepts the request, or {@code best}. */
    int find(Rule[] rules, RouteLookup lookup, int best) {
        byte[] path = lookup.path();
        int from = lookup.pathStart();
        int to = lookup.pathEnd();
        int result = best;
        Entry at = root;
        int depth = 0;
        while (at != null) {
            for (int rule : at.rules) {
                if (rule >= result) {
                    break;
                }
                if (rules[rule].accepts(lookup)) {
                    result = rule;
                    break;
                }
            }
            if (depth >= to - from) {
                return result;
            }
            Entry next = at.child(isBackwards ? path[to - 1 - depth] : path[from + depth]);
            at = next != null && hasLabel(next.label, path, from, to, depth) ? next : null;
            depth += next == null ? 0 : next.label.length;
        }
        return result;
    }

    private boolean hasLabel(byte[] label, byte[] path, int from, int to, int depth) {
        if (label.length > to - from - depth) {
            return false;
        }
        for (int i = 0; i < label.length; i++) {
            if (label[i] != (isBackwards ? path[to - 1 - depth - i] : path[from + depth + i])) {
                return false;
            }
        }
        return true;
    }
}
