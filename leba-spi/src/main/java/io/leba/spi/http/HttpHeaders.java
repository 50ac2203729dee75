package io.leba.spi.http;

import io.leba.spi.OnLoop;
import java.util.function.BiConsumer;

/**
 * The fields of a message's head: a view over the bytes. Reading scans, and makes a string of what is asked for; what is
 * not read is not parsed. Changing takes a note: reads see the notes at once, the bytes are rewritten when the head is sent.
 * Names compare without case. Fields that frame the message or belong to one hop ({@code Connection}, {@code
 * Transfer-Encoding}, {@code Content-Length}, …) can be read but not changed: a change throws {@link
 * IllegalArgumentException}, as does an invalid name or value.
 */
@OnLoop
public interface HttpHeaders {
    /** The first field's value without surrounding white space, or null. */
    String header(String name);

    /** Calls the consumer with each field in order. */
    void forEachHeader(BiConsumer<String, String> consumer);

    /** Replaces all fields of the name by one. */
    void setHeader(String name, String value);

    /** Adds a field behind those there are. */
    void addHeader(String name, String value);

    /** Removes all fields of the name. */
    void removeHeader(String name);
}
