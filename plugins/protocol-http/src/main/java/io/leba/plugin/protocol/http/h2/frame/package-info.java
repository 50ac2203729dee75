/** The frames of HTTP/2 (RFC 9113 §4, §6): read at any split, and written in batches. */
package io.leba.plugin.protocol.http.h2.frame;
