package io.leba.plugin.filter.compression;

import io.leba.testkit.http.HttpFilterContract;
import io.leba.testkit.http.ScriptedRequest;
import java.util.ArrayList;
import java.util.List;

/** What every filter keeps. */
class CompressionContractTest extends HttpFilterContract {
    CompressionContractTest() {
        super(new CompressionPlugin(), "compression");
    }

    @Override
    protected List<ScriptedRequest> requests() {
        List<ScriptedRequest> requests = new ArrayList<>(super.requests());
        requests.add(ScriptedRequest.of("GET", "/").with("Accept-Encoding", "gzip, br"));
        return requests;
    }
}
