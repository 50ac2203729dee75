/** The fields of HTTP/2 messages (RFC 9113 §8): their rules, and how they become HTTP/1 text, which is the engine's form of a head. */
package io.leba.plugin.protocol.http.h2.field;
