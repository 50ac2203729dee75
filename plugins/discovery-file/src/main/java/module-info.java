/** The plugin {@code discovery-file}. */
module io.leba.plugin.discovery.file {
    requires io.leba.spi;
    requires org.yaml.snakeyaml;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.discovery.file.FilePlugin;
}
