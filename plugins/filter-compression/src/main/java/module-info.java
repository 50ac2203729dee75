/** The plugin {@code filter-compression}. */
module io.leba.plugin.filter.compression {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.filter.compression.CompressionPlugin;
}
