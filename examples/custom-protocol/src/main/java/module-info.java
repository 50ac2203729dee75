/** A plugin is a named module that provides {@code LebaPlugin}. */
module com.example.lines {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            com.example.lines.LinesPlugin;
}
