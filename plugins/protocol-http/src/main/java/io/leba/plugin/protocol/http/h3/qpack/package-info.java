/** QPACK (RFC 9204) with the static table alone: nothing is remembered between field sections, so no stream waits for another. */
package io.leba.plugin.protocol.http.h3.qpack;
