/** The plugin {@code discovery-file}. */
module io.leba.plugin.discovery.file {
    requires io.leba.spi;
}
