/** For tests of services: a node to look at. */
package io.leba.testkit.control;
