/** State shared by the nodes of a cluster. */
package io.leba.spi.cluster;
