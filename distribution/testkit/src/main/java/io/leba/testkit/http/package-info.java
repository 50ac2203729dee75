/** HTTP exchanges without an engine, for tests of filters. */
package io.leba.testkit.http;
