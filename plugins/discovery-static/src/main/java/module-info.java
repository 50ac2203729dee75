/** The plugin {@code discovery-static}. */
module io.leba.plugin.discovery.staticlist {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.discovery.staticlist.StaticPlugin;
}
