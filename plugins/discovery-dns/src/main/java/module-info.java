/** The plugin {@code discovery-dns}. */
module io.leba.plugin.discovery.dns {
    requires io.leba.spi;
    requires org.dnsjava;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.discovery.dns.DnsPlugin;
}
