/** The plugin {@code balancer-hash}. */
module io.leba.plugin.balancer.hash {
    requires io.leba.spi;
}
