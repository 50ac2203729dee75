package io.leba.plugin.protocol.http.head;

/**
 * What a head may measure.
 *
 * @param head bytes, start line and empty line included
 * @param target bytes of the request target
 * @param fields field lines
 */
public record HeadLimits(int head, int target, int fields) {}
