package io.leba.testkit.balance;

import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Hash64;
import io.leba.spi.balance.HashKey;
import io.leba.spi.balance.PickContext;

/** One loop's pick context: its random numbers follow a seed, its hash follows {@link #key}. One thread; allocates nothing. */
public final class ScriptedPick implements PickContext {
    private final BackendSet set;
    private final int loop;
    private final boolean[] excluded;
    private long state;
    private long key;
    private HashKey asked;

    /** A context over a set. */
    public ScriptedPick(BackendSet set, int loop, long seed) {
        this.set = set;
        this.loop = loop;
        this.state = seed;
        this.excluded = new boolean[set.size()];
    }

    /** A context of loop 0. */
    public static ScriptedPick over(BackendSet set) {
        return new ScriptedPick(set, 0, 42);
    }

    /** The next exchange's key; different keys hash differently, whatever is asked for. */
    public ScriptedPick key(long value) {
        this.key = value;
        return this;
    }

    /** Says whether the exchange has tried a backend. */
    public ScriptedPick exclude(int index, boolean isExcluded) {
        excluded[index] = isExcluded;
        return this;
    }

    /** What was hashed last; null if nothing was. */
    public HashKey asked() {
        return asked;
    }

    @Override
    public BackendSet set() {
        return set;
    }

    @Override
    public int loop() {
        return loop;
    }

    @Override
    public boolean isExcluded(int index) {
        return excluded[index];
    }

    @Override
    public int random(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, got " + bound);
        }
        state += 0x9e3779b97f4a7c15L;
        return (int) (((Hash64.mix(state) >>> 32) * bound) >>> 32);
    }

    @Override
    public long hash(HashKey hashKey) {
        asked = hashKey;
        return Hash64.mix(key + 0x9e3779b97f4a7c15L);
    }
}
