/** Sees what a discovery delivers. */
package io.leba.testkit.discovery;
