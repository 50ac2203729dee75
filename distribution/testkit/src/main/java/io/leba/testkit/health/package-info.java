/** Runs a health check's conversation against scripted answers, without a network. */
package io.leba.testkit.health;
