/**
 * HTTP/2 connections of either role (RFC 9113): streams, windows, settings and defences, over frames and fields, and
 * without a notion of exchanges or channels.
 */
package io.leba.plugin.protocol.http.h2;
