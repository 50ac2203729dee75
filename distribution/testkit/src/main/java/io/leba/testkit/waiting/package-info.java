/** How long the test kit waits for others. */
package io.leba.testkit.waiting;
