/** A plugin is a named module that provides {@code LebaPlugin}. */
module com.example.directory {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            com.example.directory.DirectoryPlugin;
}
