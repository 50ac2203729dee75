package io.leba.plugin.filter.headers;

import io.leba.testkit.http.HttpFilterContract;
import io.leba.testkit.http.ScriptedRequest;
import java.util.List;

/** What every filter keeps. */
class RequestIdContractTest extends HttpFilterContract {
    RequestIdContractTest() {
        super(new HeadersPlugin(), "request_id");
    }

    /** Those whose answer does not depend on chance. */
    @Override
    protected List<ScriptedRequest> requests() {
        return List.of(ScriptedRequest.of("GET", "/").with("X-Request-ID", "mine"));
    }
}
