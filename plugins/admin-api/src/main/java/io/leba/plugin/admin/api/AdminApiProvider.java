package io.leba.plugin.admin.api;

import io.leba.spi.Scope;
import io.leba.spi.control.Service;
import io.leba.spi.control.ServiceProvider;

/** Makes the management address from the root keys {@code api_port} and {@code api_address}. */
public final class AdminApiProvider implements ServiceProvider<AdminApiConfig> {
    /** Stateless. */
    public AdminApiProvider() {}

    @Override
    public String type() {
        return "api";
    }

    @Override
    public Class<AdminApiConfig> configType() {
        return AdminApiConfig.class;
    }

    @Override
    public Service create(AdminApiConfig config, Scope scope) {
        return new AdminApi(config, scope);
    }
}
