/**
 * Netty only logs a leaked buffer; a test run has to fail on it. With this jar on the test class path every leak that Netty's detector finds is kept, the
 * test class after which it was found fails, and a run that ends with one exits at once so that the build fails.
 */
package io.leba.leakguard;
