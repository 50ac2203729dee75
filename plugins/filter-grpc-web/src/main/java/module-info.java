/** The plugin {@code filter-grpc-web}. */
module io.leba.plugin.filter.grpcweb {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.filter.grpcweb.GrpcWebPlugin;
}
