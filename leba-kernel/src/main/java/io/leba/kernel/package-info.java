/** The kernel's packages; see the map of the documentation for who may use whom. */
package io.leba.kernel;
