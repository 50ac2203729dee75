/** The plugin {@code protocol-http}: what it takes from the configuration, and what it offers to the kernel. */
package io.leba.plugin.protocol.http;
