/** A filter that lets clients of gRPC-Web call gRPC backends. */
package io.leba.plugin.filter.grpcweb;
