package io.leba.spi.protocol;

import io.leba.spi.balance.Backend;

/** The backends that an exchange has tried. One object serves a connection's exchanges one after the other. */
public final class Tried {
    private Backend[] backends = new Backend[4];
    private int size;

    /** Nothing tried yet. */
    public Tried() {}

    /** Adds a backend. */
    public void add(Backend backend) {
        if (size == backends.length) {
            backends = java.util.Arrays.copyOf(backends, size * 2);
        }
        backends[size++] = backend;
    }

    /** Whether the backend was tried. */
    public boolean contains(Backend backend) {
        for (int i = 0; i < size; i++) {
            if (backends[i] == backend) {
                return true;
            }
        }
        return false;
    }

    /** How many were tried. */
    public int size() {
        return size;
    }

    /** Forgets them all. */
    public void clear() {
        for (int i = 0; i < size; i++) {
            backends[i] = null;
        }
        size = 0;
    }
}
