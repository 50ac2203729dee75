/** The engine: connections, exchanges, and the streams between them. */
package io.leba.plugin.protocol.http.exchange;
