/** The plugin {@code balancer-least-connections}. */
module io.leba.plugin.balancer.leastconnections {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.balancer.leastconnections.LeastConnectionsPlugin;
}
