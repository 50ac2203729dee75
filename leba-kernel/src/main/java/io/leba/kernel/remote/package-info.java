/**
 * The local control socket: another process of the same user looks at and changes the running node through {@link
 * io.leba.spi.control.Control}. A request and its answer are a line of JSON each.
 */
package io.leba.kernel.remote;
