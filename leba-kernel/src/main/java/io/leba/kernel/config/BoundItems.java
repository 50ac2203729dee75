package io.leba.kernel.config;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Records that the items of lists were bound to, by item. An item that is the same node as in the reading before is bound to
 * the same record, unless that is of another class by now. It lives as long as the generation that it was made for, so that it
 * keeps no plugin's classes beyond that. One thread.
 */
public final class BoundItems {
    private static final int FEW = 64;

    private BoundItems earlier;
    private final RecordShape.Cache shapes;
    private final Map<Class<? extends Record>, Map<Node, Record>> records = new HashMap<>();
    private final Map<Class<? extends Record>, Boolean> selfContained = new HashMap<>();

    /** @param earlier those of the generation before; null: there is none */
    BoundItems(BoundItems earlier) {
        this.earlier = earlier;
        this.shapes = new RecordShape.Cache(earlier == null ? null : earlier.shapes);
    }

    /** Nothing more is taken over from the generation before, which may go now. */
    public void forgetEarlier() {
        earlier = null;
        shapes.forgetEarlier();
    }

    /** The shapes of the records. */
    RecordShape.Cache shapes() {
        return shapes;
    }

    /** The record of an item that was bound before, which is kept for the next time as well. */
    <R extends Record> Optional<R> known(Node item, Class<R> type) {
        Map<Node, Record> before = earlier == null ? null : earlier.records.get(type);
        Record known = before == null ? null : before.get(item);
        if (known == null) {
            return Optional.empty();
        }
        of(type).put(item, known);
        return Optional.of(type.cast(known));
    }

    /** Keeps the record of an item, if it can be taken over at all. */
    void keep(Node item, Record record) {
        Class<? extends Record> type = record.getClass();
        if (selfContained.computeIfAbsent(type, any -> shapes.of(type).isSelfContained(shapes))) {
            of(type).put(item, record);
        }
    }

    private Map<Node, Record> of(Class<? extends Record> type) {
        Map<Node, Record> map = records.get(type);
        if (map == null) {
            Map<Node, Record> before = earlier == null ? null : earlier.records.get(type);
            map = new IdentityHashMap<>(before == null ? FEW : before.size());
            records.put(type, map);
        }
        return map;
    }
}
