package io.leba.plugin.admin.api;

import io.leba.testkit.control.ServiceContract;

class AdminApiContractTest extends ServiceContract {
    AdminApiContractTest() {
        super(new AdminApiPlugin(), "api");
    }

    @Override
    protected String yaml() {
        return "{api_port: 0, api_address: 127.0.0.1}";
    }
}
