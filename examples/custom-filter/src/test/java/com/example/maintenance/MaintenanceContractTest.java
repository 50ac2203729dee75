package com.example.maintenance;

import io.leba.testkit.http.HttpFilterContract;

/** What every filter keeps. */
class MaintenanceContractTest extends HttpFilterContract {
    MaintenanceContractTest() {
        super(new MaintenancePlugin(), "maintenance");
    }

    @Override
    protected String yaml() {
        return "{message: Moving house., except: [10.0.0.0/8]}";
    }
}
