/** gRPC as text: what of a request and a response says that it is a call, how long it may take, and how it ended. */
package io.leba.plugin.protocol.http.grpc;
