/** What code allocates, for tests of modules that are built before the test kit. */
package io.leba.leakguard.allocation;
