/** Authentication for the management address and for clients. */
package io.leba.spi.auth;
