/** The plugin {@code admin-api}: the node's state, health and endpoints over HTTP. */
module io.leba.plugin.admin.api {
    requires io.leba.spi;
    requires io.netty.codec;
    requires io.netty.codec.http;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.admin.api.AdminApiPlugin;
}
