package com.example.fillfirst;

import io.leba.testkit.balance.BalancerContract;

/** What every balancer keeps. */
class FillFirstContractTest extends BalancerContract {
    FillFirstContractTest() {
        super(new FillFirstPlugin(), "fill-first");
    }

    @Override
    protected String yaml() {
        return "limit: 5";
    }

    /** Idle backends get nothing: that is the point. */
    @Override
    protected boolean isFair() {
        return false;
    }
}
