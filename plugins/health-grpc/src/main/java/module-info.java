/** The plugin {@code health-grpc}. */
module io.leba.plugin.health.grpc {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.health.grpc.GrpcCheckPlugin;
}
