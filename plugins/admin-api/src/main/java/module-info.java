/** The plugin {@code admin-api}. */
module io.leba.plugin.admin.api {
    requires io.leba.spi;
}
