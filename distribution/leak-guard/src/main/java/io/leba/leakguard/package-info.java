/** Turns Netty's leak reports into test failures. */
package io.leba.leakguard;
