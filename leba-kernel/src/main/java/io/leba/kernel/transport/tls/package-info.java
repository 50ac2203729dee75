/** TLS towards clients and backends. Nothing here is loaded by a node that speaks none. */
package io.leba.kernel.transport.tls;
