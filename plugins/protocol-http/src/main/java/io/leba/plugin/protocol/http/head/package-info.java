/** Heads of HTTP/1.1 messages: scanned once, judged strictly, rewritten where they were received. */
package io.leba.plugin.protocol.http.head;
