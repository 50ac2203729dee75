/** A health check that sends an HTTP/1.1 request and judges status and body. */
package io.leba.plugin.health.http;
