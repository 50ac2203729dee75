/** What files look like from outside. */
package io.leba.kernel.file;
