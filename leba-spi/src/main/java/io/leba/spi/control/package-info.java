/** What an operator may do with a node, and the services that offer it. */
package io.leba.spi.control;
