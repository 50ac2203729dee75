/** HTTP filters that set, add and remove fields, and give requests an id and a trace. */
package io.leba.plugin.filter.headers;
