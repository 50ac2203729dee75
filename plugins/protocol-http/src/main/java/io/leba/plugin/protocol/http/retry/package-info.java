/** When a request is sent a second time: the operator's conditions, and a budget that keeps second tries from becoming the load. */
package io.leba.plugin.protocol.http.retry;
