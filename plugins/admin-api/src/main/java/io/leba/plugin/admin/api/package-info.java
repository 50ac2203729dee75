/** The management address: an HTTP service on threads of its own, apart from the event loops. */
package io.leba.plugin.admin.api;
