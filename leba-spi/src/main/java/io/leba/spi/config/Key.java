package io.leba.spi.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The key under which a component is written, where it is not the component's name in snake case
 * ({@code maxIdle} is written {@code max_idle} without this annotation).
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
    /** The key. */
    String value();

    /** Further spellings that are accepted. */
    String[] aliases() default {};
}
