package io.leba.plugin.protocol.http.head;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;

/** Notes of what filters want changed in a head: seen by whoever reads it, applied once, when it is composed. */
public final class HeadEdits {
    private final List<Edit> edits = new ArrayList<>();
    private byte[] target;
    private byte[] host;

    /** Whether to remove the fields of a name, and what to add under it: null for nothing. */
    private record Edit(byte[] lowerName, String name, String value, boolean removes) {}

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
        target = pathAndQuery.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The authority to send, or null. */
    public byte[] host() {
        return host;
    }

    /** Sends another authority. */
    public void setHost(String authority) {
        host = authority.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Replaces all fields of the name. */
    public void set(String name, String value) {
        edits.add(new Edit(lower(name), name, value, true));
    }

    /** Adds a field. */
    public void add(String name, String value) {
        edits.add(new Edit(lower(name), name, value, false));
    }

    /** Removes all fields of the name. */
    public void remove(String name) {
        edits.add(new Edit(lower(name), name, null, true));
    }

    private static byte[] lower(String name) {
        return name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether a filter decided about the fields of the name, so that LEBA's own one is not added. */
    boolean decides(byte[] lowerName) {
        return isRemovedFrom(0, lowerName, 0, lowerName.length);
    }

    /** Writes all field lines that are kept, and those that are added. */
    void compose(Head head, Bytes out) {
        for (int field = 0; field < head.fieldCount(); field++) {
            if (!head.isDropped(field) && !isRemoved(head, field)) {
                out.put(head.a, head.nameStart(field), head.fieldEnd(field));
            }
        }
        forEachAdded((name, value) -> out.put(name).put(": ").put(value).crlf());
    }

    private boolean isRemoved(Head head, int field) {
        return isRemovedFrom(0, head.a, head.nameStart(field), head.nameEnd(field));
    }

    private boolean isRemovedFrom(int index, byte[] a, int from, int to) {
        for (int i = index; i < edits.size(); i++) {
            Edit edit = edits.get(i);
            if (edit.removes() && ByteClass.equalsIgnoreCase(a, from, to, edit.lowerName())) {
                return true;
            }
        }
        return false;
    }

    private void forEachAdded(BiConsumer<String, String> consumer) {
        for (int i = 0; i < edits.size(); i++) {
            Edit edit = edits.get(i);
            if (edit.value() != null && !isRemovedFrom(i + 1, edit.lowerName(), 0, edit.lowerName().length)) {
                consumer.accept(edit.name(), edit.value());
            }
        }
    }

    /** The first value of a field as it will be sent, or null; received fields only if they are visible. */
    public String first(Head head, String name, IntPredicate isVisible) {
        byte[] lowerName = lower(name);
        for (int field = head.find(lowerName, 0); field >= 0; field = head.find(lowerName, field + 1)) {
            if (isVisible.test(field) && !isRemoved(head, field)) {
                return HeadText.of(head, head.valueStart(field), head.valueEnd(field));
            }
        }
        for (int i = 0; i < edits.size(); i++) {
            Edit edit = edits.get(i);
            if (edit.value() != null
                    && Arrays.equals(edit.lowerName(), lowerName)
                    && !isRemovedFrom(i + 1, lowerName, 0, lowerName.length)) {
                return edit.value();
            }
        }
        return null;
    }

    /** All fields as they will be sent, and those of this hop; received ones only if they are visible. */
    public void forEach(Head head, IntPredicate isVisible, BiConsumer<String, String> consumer) {
        for (int field = 0; field < head.fieldCount(); field++) {
            if (isVisible.test(field) && !isRemoved(head, field)) {
                consumer.accept(
                        HeadText.of(head, head.nameStart(field), head.nameEnd(field)),
                        HeadText.of(head, head.valueStart(field), head.valueEnd(field)));
            }
        }
        forEachAdded(consumer);
    }
}
