/** HTTP filters: a request is a view, an edit is a note, a decision is a verdict. Free of any transport library. */
package io.leba.spi.http;
