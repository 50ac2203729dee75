package io.leba.kernel.backend;

import io.leba.kernel.contain.Quarantine;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.HashKey;
import io.leba.spi.balance.PickContext;
import io.leba.spi.protocol.Group.ExchangeKeys;
import io.leba.spi.protocol.Tried;

/**
 * One loop's picking from one group: asks the balancer, checks its answer, and makes do without it if it fails. Used by its
 * loop alone and over again, so that a pick allocates nothing.
 */
final class LoopPick extends Apart implements PickContext {
    private static final int FURTHER_ASKS = 3;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final GroupRuntime group;
    private final int loop;
    private Members members;
    private ExchangeKeys keys;
    private Tried tried;
    private long seed;
    private boolean hasFailed;

    LoopPick(GroupRuntime group, int loop, long seed) {
        this.group = group;
        this.loop = loop;
        this.seed = seed;
    }

    /** The backend, or null if none is left. */
    BackendEntry pick(GroupRuntime.Snapshot snapshot, ExchangeKeys exchangeKeys, Tried triedBefore) {
        Members from = snapshot.members();
        if (from.availableCount() == 0) {
            return null;
        }
        members = from;
        keys = exchangeKeys;
        tried = triedBefore;
        int at = choose(snapshot);
        // What belongs to a plugin is not kept beyond the call, lest it keep the plugin.
        members = null;
        keys = null;
        tried = null;
        return at == Balancer.NONE ? null : from.backend(at);
    }

    private int choose(GroupRuntime.Snapshot snapshot) {
        Quarantine quarantine = snapshot.failures().quarantine();
        hasFailed = !quarantine.admits();
        int at = Balancer.NONE;
        if (!hasFailed) {
            at = ask(snapshot.balancer(), quarantine);
            if (!hasFailed) {
                quarantine.succeeded();
            }
        }
        if (hasFailed && !snapshot.failures().fallsBack()) {
            return Balancer.NONE;
        }
        return isGood(at) ? at : insist(snapshot, at);
    }

    private int ask(Balancer balancer, Quarantine quarantine) {
        try {
            return balancer.pick(this);
        } catch (Throwable e) {
            group.balancerFailed(loop);
            quarantine.failed(e);
            hasFailed = true;
            return Balancer.NONE;
        }
    }

    private boolean isGood(int at) {
        return at >= 0
                && at < members.size()
                && members.weight(at) > 0
                && (tried.size() == 0 || !tried.contains(members.backend(at)));
    }

    private int insist(GroupRuntime.Snapshot snapshot, int firstAnswer) {
        int at = firstAnswer;
        for (int i = 0; i < FURTHER_ASKS && at != Balancer.NONE; i++) {
            at = ask(snapshot.balancer(), snapshot.failures().quarantine());
            if (isGood(at)) {
                return at;
            }
        }
        int size = members.size();
        int from = at >= 0 && at < size ? at : random(size);
        for (int i = 1; i <= size; i++) {
            int next = (from + i) % size;
            if (isGood(next)) {
                return next;
            }
        }
        return Balancer.NONE;
    }

    @Override
    public Members set() {
        return members;
    }

    @Override
    public int loop() {
        return loop;
    }

    @Override
    public boolean isExcluded(int index) {
        return tried.size() != 0 && tried.contains(members.backend(index));
    }

    /** SplitMix64, and Lemire's reduction to the bound. */
    @Override
    public int random(int bound) {
        long z = seed += GOLDEN;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        z ^= z >>> 31;
        return (int) (((z >>> 32) * bound) >>> 32);
    }

    @Override
    public long hash(HashKey key) {
        long hash = keys.hash(key);
        return hash != ExchangeKeys.ABSENT ? hash : keys.hash(HashKey.CLIENT_IP);
    }
}
