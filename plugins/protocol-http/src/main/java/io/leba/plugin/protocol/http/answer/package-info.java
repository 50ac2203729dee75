/** What LEBA itself answers, and why. */
package io.leba.plugin.protocol.http.answer;
