/** The plugin {@code balancer-round-robin}. */
module io.leba.plugin.balancer.roundrobin {
    requires io.leba.spi;
}
