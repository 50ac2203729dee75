/** What every shared state of a cluster keeps. */
package io.leba.testkit.cluster;
