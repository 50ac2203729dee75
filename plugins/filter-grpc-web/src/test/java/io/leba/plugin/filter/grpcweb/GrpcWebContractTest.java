package io.leba.plugin.filter.grpcweb;

import io.leba.testkit.http.HttpFilterContract;
import io.leba.testkit.http.ScriptedRequest;
import java.util.ArrayList;
import java.util.List;

class GrpcWebContractTest extends HttpFilterContract {
    GrpcWebContractTest() {
        super(new GrpcWebPlugin(), "grpc_web");
    }

    @Override
    protected List<ScriptedRequest> requests() {
        List<ScriptedRequest> requests = new ArrayList<>(super.requests());
        requests.add(ScriptedRequest.of("POST", "/a.B/C").with("Content-Type", "application/grpc-web+proto"));
        requests.add(ScriptedRequest.of("POST", "/a.B/C").with("Content-Type", "application/grpc-web-text"));
        return requests;
    }
}
