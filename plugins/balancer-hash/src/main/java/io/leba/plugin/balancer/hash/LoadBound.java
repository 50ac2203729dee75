package io.leba.plugin.balancer.hash;

/**
 * How many times its share of the group's load a backend may have.
 *
 * @param factor more than 1; 0 for no bound
 */
record LoadBound(double factor) {
    static final LoadBound NONE = new LoadBound(0);

    boolean isBounded() {
        return factor > 0;
    }
}
