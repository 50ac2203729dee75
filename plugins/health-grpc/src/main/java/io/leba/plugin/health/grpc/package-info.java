/** A health check that asks a gRPC backend's own health service ({@code grpc.health.v1}). */
package io.leba.plugin.health.grpc;
