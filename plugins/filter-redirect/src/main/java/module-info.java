/** The plugin {@code filter-redirect}. */
module io.leba.plugin.filter.redirect {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.filter.redirect.RedirectPlugin;
}
