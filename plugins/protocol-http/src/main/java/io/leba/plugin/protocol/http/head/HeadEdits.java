package io.leba.plugin.protocol.http.head;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Notes of what filters want changed in a head; applied once, when it is composed. */
public final class HeadEdits {
    private final List<Edit> edits = new ArrayList<>();
    private byte[] target;
    private byte[] host;

    /** Whether to remove the fields of a name, and what to add under it. */
    private record Edit(byte[] lowerName, byte[] line, boolean removes) {}

    /** No edits. */
    public HeadEdits() {}

    /** Forgets all. */
    public void clear() {
        edits.clear();
        target = null;
        host = null;
    }

    /** Whether any field line changes. */
    public boolean changesFields() {
        return !edits.isEmpty();
    }

    /** The target to send, or null. */
    public byte[] target() {
        return target;
    }

    /** Sends another target. */
    public void setTarget(String pathAndQuery) {
        target = pathAndQuery.getBytes(StandardCharsets.US_ASCII);
    }

    /** The authority to send, or null. */
    public byte[] host() {
        return host;
    }

    /** Sends another authority. */
    public void setHost(String authority) {
        host = authority.getBytes(StandardCharsets.US_ASCII);
    }

    /** Replaces all fields of the name. */
    public void set(String name, String value) {
        edits.add(new Edit(lower(name), line(name, value), true));
    }

    /** Adds a field. */
    public void add(String name, String value) {
        edits.add(new Edit(lower(name), line(name, value), false));
    }

    /** Removes all fields of the name. */
    public void remove(String name) {
        edits.add(new Edit(lower(name), null, true));
    }

    /** Writes all field lines as they are after the edits. */
    void compose(Head head, Bytes out) {
        for (int field = 0; field < head.fieldCount(); field++) {
            if (!head.isDropped(field) && !isRemoved(head, field)) {
                out.put(head.a, head.nameStart(field), head.fieldEnd(field));
            }
        }
        for (int i = 0; i < edits.size(); i++) {
            Edit edit = edits.get(i);
            if (edit.line() != null && !isRemovedAfter(edit, i)) {
                out.put(edit.line());
            }
        }
    }

    /** Whether the received field is removed by some edit. */
    public boolean isRemoved(Head head, int field) {
        for (Edit edit : edits) {
            if (edit.removes()
                    && ByteClass.equalsIgnoreCase(
                            head.a, head.nameStart(field), head.nameEnd(field), edit.lowerName())) {
                return true;
            }
        }
        return false;
    }

    private boolean isRemovedAfter(Edit edit, int index) {
        for (int i = index + 1; i < edits.size(); i++) {
            Edit later = edits.get(i);
            if (later.removes() && java.util.Arrays.equals(later.lowerName(), edit.lowerName())) {
                return true;
            }
        }
        return false;
    }

    /** The lines that edits add and that stand, in order. */
    public void forEachAdded(java.util.function.BiConsumer<String, String> consumer) {
        for (int i = 0; i < edits.size(); i++) {
            Edit edit = edits.get(i);
            if (edit.line() != null && !isRemovedAfter(edit, i)) {
                String line = new String(edit.line(), StandardCharsets.ISO_8859_1);
                int colon = edit.lowerName().length;
                consumer.accept(line.substring(0, colon), line.substring(colon + 2, line.length() - 2));
            }
        }
    }

    private static byte[] line(String name, String value) {
        return (name + ": " + value + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] lower(String name) {
        return name.toLowerCase(java.util.Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
    }
}
