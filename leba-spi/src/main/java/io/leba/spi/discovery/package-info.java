/** Sources of backends. Full snapshots are delivered; a failure keeps the last good one. */
package io.leba.spi.discovery;
