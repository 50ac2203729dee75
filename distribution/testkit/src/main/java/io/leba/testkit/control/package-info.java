/** For tests of services: nodes to look at, and what every service keeps. */
package io.leba.testkit.control;
