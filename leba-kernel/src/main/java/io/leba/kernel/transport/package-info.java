/** Event loops and sockets: the only package that binds, accepts and connects. */
package io.leba.kernel.transport;
