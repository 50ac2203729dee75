/** The command line. Says what {@link io.leba.kernel.admin} does; decides nothing. */
package io.leba.kernel.cli;
