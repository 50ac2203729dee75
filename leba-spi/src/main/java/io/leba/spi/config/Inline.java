package io.leba.spi.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On the configuration record of a provider that attaches to the root of the document (telemetry, service, cluster,
 * discovery): the record's components are root keys themselves, instead of keys below one root key named after the
 * provider's type. The instance is made when at least one of the keys is written.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Inline {}
