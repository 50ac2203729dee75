/** Backends on loopback whose answers are scripted, with real sockets, and which remember what they got. */
package io.leba.testkit.origin;
