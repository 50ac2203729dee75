/** HTTP filters that send clients elsewhere, and requests to other paths and hosts. */
package io.leba.plugin.filter.redirect;
