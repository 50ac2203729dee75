package io.leba.spi.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One or two sentences about a configuration key, or about a configuration record as a whole. The configuration
 * reference and the JSON Schema are generated from it; a record component without it fails the build of the reference.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE, ElementType.FIELD})
public @interface Doc {
    /** Plain text; backquotes mark keys and literals. */
    String value();

    /** A literal as it would be written in YAML, shown as the example. */
    String example() default "";
}
