/** The plugin {@code balancer-hash}. */
module io.leba.plugin.balancer.hash {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.balancer.hash.HashPlugin;
}
