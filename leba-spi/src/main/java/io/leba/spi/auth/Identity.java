package io.leba.spi.auth;

import java.util.Map;
import java.util.Set;

/**
 * Who a caller is.
 *
 * @param name the subject
 * @param roles what it may do, as the operator named it
 * @param attributes further claims, for routing, limits and backend headers
 */
public record Identity(String name, Set<String> roles, Map<String, String> attributes) {}
