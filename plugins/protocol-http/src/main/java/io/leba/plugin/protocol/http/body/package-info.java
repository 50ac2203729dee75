/** Bodies: framing is verified as it passes. */
package io.leba.plugin.protocol.http.body;
