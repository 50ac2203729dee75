package io.leba.kernel.backend;

/** Keeps the fields of a subclass two cache lines away from whatever object lies in front of it. */
abstract class Apart {
    long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
}
