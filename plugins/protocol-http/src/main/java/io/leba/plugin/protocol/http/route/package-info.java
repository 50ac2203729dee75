/** Routing rules, compiled. */
package io.leba.plugin.protocol.http.route;
