package io.leba.kernel.config;

import java.util.List;

/** A value as the parser saw it: aliases are shared objects, nothing is checked or filled in. Lines and columns from 1. */
sealed interface RawValue {
    int line();

    int column();

    /** A scalar; {@code plain} if it stands without quotes and without a tag that makes it a text. */
    record Scalar(int line, int column, String text, boolean plain) implements RawValue {}

    record Sequence(int line, int column, List<RawValue> items) implements RawValue {}

    record Mapping(int line, int column, List<Entry> entries) implements RawValue {}

    /** An item of a list that stands where and as it stood when its file was read before: what became of it then, of so many values. */
    record Known(int line, int column, Node node, int values) implements RawValue {}

    /** The entries may repeat keys. */
    record Entry(Scalar key, RawValue value) {}
}
