package io.leba.kernel.backend;

/**
 * What operators mean by a backend. It has the same name if discovery finds it at another address, or again after it was
 * gone; so it is the same backend to them.
 *
 * @param group the group in which it is listed, whatever other groups hold it as well
 * @param backend its name there
 */
public record BackendKey(String group, String backend) {}
