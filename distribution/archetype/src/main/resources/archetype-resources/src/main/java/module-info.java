/** A plugin is a named module that provides {@code LebaPlugin}. */
module ${package} {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            ${package}.${className}Plugin;
}
