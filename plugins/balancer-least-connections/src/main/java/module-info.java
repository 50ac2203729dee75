/** The plugin {@code balancer-least-connections}. */
module io.leba.plugin.balancer.leastconnections {
    requires io.leba.spi;
}
