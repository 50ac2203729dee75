package io.leba.spi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs on an event loop. Code reached from here never blocks, never waits for another thread, and allocates nothing worth
 * naming. Calls that belong to one exchange or connection all come from the same loop; different loops call
 * concurrently.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface OnLoop {}
