package io.leba.kernel.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a component of type {@link io.leba.spi.config.Slot} of a kernel record: the slot's {@code type} and keys stand beside
 * the record's own keys, in one mapping ({@code health_check: {type: http, path: /, interval: 2s}}). All keys that the
 * record does not know go to the slot's provider. At most one component of a record.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Flat {}
