/** Frontends: what happens to an accepted connection. Knows protocols only as extensions, and no configuration. */
package io.leba.kernel.traffic;
