/** The plugin {@code filter-headers}. */
module io.leba.plugin.filter.headers {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.filter.headers.HeadersPlugin;
}
