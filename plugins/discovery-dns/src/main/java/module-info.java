/** The plugin {@code discovery-dns}. */
module io.leba.plugin.discovery.dns {
    requires io.leba.spi;
}
