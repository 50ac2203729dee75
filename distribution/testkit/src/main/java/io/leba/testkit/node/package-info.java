/** A whole LEBA in the test's own process: a plugin under test in a realm of its own, real sockets, a clock that turns. */
package io.leba.testkit.node;
