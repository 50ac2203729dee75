package io.leba.spi.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A regular expression that the whole of a string must match, with the words that tell a user what is expected. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Matches {
    /** The expression ({@link java.util.regex.Pattern}). */
    String value();

    /** What is expected, completing "must be …". */
    String expected();
}
