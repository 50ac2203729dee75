package io.leba.spi;

/**
 * The version of this SPI. A plugin built against a newer SPI than the running one is refused. The module version of
 * {@code io.leba.spi} that the compiler recorded in the plugin's {@code module-info.class} is what counts.
 */
public final class SpiVersion {
    /** Major: incompatible changes; minor: additions. */
    public static final int MAJOR = 0;

    /** Additions since the major version. */
    public static final int MINOR = 1;

    private SpiVersion() {}
}
