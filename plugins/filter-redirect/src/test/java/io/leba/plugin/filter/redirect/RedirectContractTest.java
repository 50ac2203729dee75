package io.leba.plugin.filter.redirect;

import io.leba.testkit.http.HttpFilterContract;

/** What every filter keeps. */
class RedirectContractTest extends HttpFilterContract {
    RedirectContractTest() {
        super(new RedirectPlugin(), "redirect");
    }

    @Override
    protected String yaml() {
        return "{scheme: https, paths: [{from: /a/*, to: /b/*}], except: [/form]}";
    }
}
