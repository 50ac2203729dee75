package io.leba.plugin.filter.headers;

import io.leba.testkit.http.HttpFilterContract;
import io.leba.testkit.http.ScriptedRequest;
import java.util.List;

/** What every filter keeps. */
class TraceparentContractTest extends HttpFilterContract {
    TraceparentContractTest() {
        super(new HeadersPlugin(), "traceparent");
    }

    /** None: each gets a span id by chance, which {@link TraceparentTest} looks at. */
    @Override
    protected List<ScriptedRequest> requests() {
        return List.of();
    }
}
