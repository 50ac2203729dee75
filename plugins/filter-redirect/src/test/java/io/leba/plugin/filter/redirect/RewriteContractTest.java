package io.leba.plugin.filter.redirect;

import io.leba.testkit.http.HttpFilterContract;

/** What every filter keeps. */
class RewriteContractTest extends HttpFilterContract {
    RewriteContractTest() {
        super(new RedirectPlugin(), "rewrite");
    }

    @Override
    protected String yaml() {
        return "{strip_prefix: /a, add_prefix: /v2, host: internal}";
    }
}
