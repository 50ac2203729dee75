package com.example.maintenance;

import io.leba.spi.Scope;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;

/** The key {@code maintenance} on a frontend, a group or a rule. */
final class MaintenanceProvider implements HttpFilterProvider<MaintenanceConfig> {
    @Override
    public String type() {
        return "maintenance";
    }

    @Override
    public Class<MaintenanceConfig> configType() {
        return MaintenanceConfig.class;
    }

    @Override
    public Phase phase() {
        return Phase.ADMISSION;
    }

    @Override
    public HttpFilter create(MaintenanceConfig config, Scope scope) {
        return new Maintenance(config);
    }
}
