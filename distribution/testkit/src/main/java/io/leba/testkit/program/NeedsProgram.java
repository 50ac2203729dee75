package io.leba.testkit.program;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * On a test, or a class of tests, that runs a program which not every machine has. Where the program is not installed the
 * test is skipped, and the reason says how to install it. With the configuration parameter or system property
 * {@code leba.requirePrograms=true} the test fails instead, so that a run meant to be complete cannot be incomplete.
 */
@Documented
@Repeatable(NeedsPrograms.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(ProgramCondition.class)
public @interface NeedsProgram {
    /** Name of the executable; looked for on the {@code PATH}, then in {@code /usr/sbin} and {@code /sbin}. */
    String value();

    /** Debian's package that brings it. Default: named as the program. */
    String debianPackage() default "";
}
