/** A health check that connects, and may say something and expect something. */
package io.leba.plugin.health.tcp;
