/**
 * What a node knows beyond its configuration, kept in a file so that a restart goes on where the last run ended: operators'
 * overrides, health, the generation's number, and sections of others.
 */
package io.leba.kernel.state;
