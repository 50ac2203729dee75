package io.leba.kernel.config;

import io.leba.spi.config.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values of {@link io.leba.spi.config.Default}: YAML text that stands where the mapping without the key stands. */
final class DefaultValue {
    private DefaultValue() {}

    /** The value that the text denotes, if it is YAML. */
    static Optional<RawValue> parse(String text) {
        try {
            return text.isEmpty() ? Optional.of(new RawValue.Scalar(1, 1, "", false)) : YamlText.read(text);
        } catch (YamlText.Unreadable e) {
            return Optional.empty();
        }
    }

    /** The value as if {@code owner} had it under {@code key}. Variables in defaults are not filled in. */
    static Node under(MappingNode owner, String key, RawValue value) {
        return node(value, KeyPath.below(owner.position(), key), owner);
    }

    private static Node node(RawValue value, Position position, MappingNode owner) {
        if (value instanceof RawValue.Scalar scalar) {
            return ScalarNode.of(
                    position,
                    owner.directory(),
                    scalar.text(),
                    scalar.plain() ? ScalarNode.Style.PLAIN : ScalarNode.Style.QUOTED);
        }
        if (value instanceof RawValue.Sequence sequence) {
            List<Node> items = new ArrayList<>();
            for (RawValue item : sequence.items()) {
                items.add(node(item, KeyPath.at(position, KeyPath.item(position.path(), items.size(), "")), owner));
            }
            return new SequenceNode(position, owner.directory(), items);
        }
        Map<String, MappingNode.Entry> entries = new LinkedHashMap<>();
        for (RawValue.Entry entry : ((RawValue.Mapping) value).entries()) {
            Position below = KeyPath.below(position, entry.key().text());
            entries.put(entry.key().text(), new MappingNode.Entry(below, node(entry.value(), below, owner)));
        }
        return new MappingNode(position, owner.directory(), entries);
    }
}
