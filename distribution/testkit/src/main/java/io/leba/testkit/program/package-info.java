/** Tests that need a program of the machine, and what becomes of them without it. */
package io.leba.testkit.program;
