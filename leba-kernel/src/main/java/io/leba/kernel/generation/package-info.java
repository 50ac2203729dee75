/**
 * Generations: from a bound configuration and the installed providers to an immutable object graph, published as a whole.
 * Knows every kind of extension by its contract only.
 */
package io.leba.kernel.generation;
