/** An HTTP filter that compresses responses. */
package io.leba.plugin.filter.compression;
