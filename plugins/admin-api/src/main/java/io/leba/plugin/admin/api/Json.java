package io.leba.plugin.admin.api;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Writes records, collections, maps with string keys, optionals, enums, texts, numbers and truth values as JSON (RFC 8259).
 * Component names become snake-case keys. Unpaired surrogates become U+FFFD, so that the text is always valid UTF-8.
 */
final class Json {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder out = new StringBuilder(1024);

    private Json() {}

    /** The JSON text of a value. */
    static String of(Object value) {
        Json json = new Json();
        json.write(value);
        return json.out.toString();
    }

    private void write(Object value) {
        if (value == null) {
            out.append("null");
        } else if (value instanceof CharSequence text) {
            string(text);
        } else if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            out.append(Double.isFinite(number) ? value.toString() : "null");
        } else if (value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Record object) {
            object(object);
        } else if (value instanceof Map<?, ?> map) {
            object(map);
        } else if (value instanceof Collection<?> list) {
            array(list);
        } else if (value instanceof Optional<?> optional) {
            write(optional.orElse(null));
        } else {
            string(value.toString());
        }
    }

    private void object(Record object) {
        char separator = '{';
        for (RecordComponent component : object.getClass().getRecordComponents()) {
            out.append(separator);
            separator = ',';
            string(snakeCase(component.getName()));
            out.append(':');
            try {
                write(component.getAccessor().invoke(object));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
        out.append(separator == '{' ? "{}" : "}");
    }

    private void object(Map<?, ?> map) {
        char separator = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            separator = ',';
            string(entry.getKey().toString());
            out.append(':');
            write(entry.getValue());
        }
        out.append(separator == '{' ? "{}" : "}");
    }

    private void array(Collection<?> list) {
        char separator = '[';
        for (Object element : list) {
            out.append(separator);
            separator = ',';
            write(element);
        }
        out.append(separator == '[' ? "[]" : "]");
    }

    private void string(CharSequence text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
            } else if (!Character.isSurrogate(c)) {
                out.append(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else {
                out.append('\ufffd');
            }
        }
        out.append('"');
    }

    static String snakeCase(String name) {
        StringBuilder key = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                key.append('_').append((char) (c + 32));
            } else {
                key.append(c);
            }
        }
        return key.toString();
    }
}
