package io.leba.spi.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Inclusive bounds of a number, duration, size or rate, each in the notation of its type ({@code "1ms"},
 * {@code "64KiB"}, {@code "16"}). On a list, set, map or string it bounds the length. An empty bound is open.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Range {
    /** The least value allowed. */
    String min() default "";

    /** The greatest value allowed. */
    String max() default "";
}
