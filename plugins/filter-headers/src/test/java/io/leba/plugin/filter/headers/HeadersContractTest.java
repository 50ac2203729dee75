package io.leba.plugin.filter.headers;

import io.leba.testkit.http.HttpFilterContract;

/** What every filter keeps. */
class HeadersContractTest extends HttpFilterContract {
    HeadersContractTest() {
        super(new HeadersPlugin(), "headers");
    }

    @Override
    protected String yaml() {
        return "{request: {set: {X-Client: \"%{client_ip}\", Host: inner}, remove: [Cookie]}, response: {set: {X-B: \"%{backend} %{path}\"}, add: {Vary: Origin}}}";
    }
}
