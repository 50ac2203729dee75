package io.leba.spi.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a key that is not written, as the YAML text that a user would have written ({@code "30s"},
 * {@code "[200, 204]"}). It goes through the same conversion and the same checks. A component without a default is
 * required, unless its type is {@link java.util.Optional}, a list, a set, a map (empty when absent) or a {@link Slot}
 * inside an {@code Optional}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    /** YAML text. */
    String value();
}
