/** A node as a whole: start, reload, state, stop. What command line and service plugins act through. */
package io.leba.kernel.admin;
