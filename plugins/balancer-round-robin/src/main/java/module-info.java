/** The plugin {@code balancer-round-robin}. */
module io.leba.plugin.balancer.roundrobin {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.balancer.roundrobin.RoundRobinPlugin;
}
