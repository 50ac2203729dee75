/** What every authenticator keeps. */
package io.leba.testkit.auth;
