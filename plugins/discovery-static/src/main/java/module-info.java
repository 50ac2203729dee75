/** The plugin {@code discovery-static}. */
module io.leba.plugin.discovery.staticlist {
    requires io.leba.spi;
}
