package io.leba.plugin.discovery.staticlist;

import io.leba.testkit.discovery.DiscoveryContract;
import java.util.List;
import java.util.stream.Collectors;

class StaticContractTest extends DiscoveryContract {
    private String yaml = "backends: []";

    StaticContractTest() {
        super(new StaticPlugin(), "static");
    }

    @Override
    protected boolean isFixed() {
        return true;
    }

    @Override
    protected String yaml() {
        return yaml;
    }

    @Override
    protected void say(List<String> backends) {
        yaml = backends.stream()
                .map(backend -> backend.split(":"))
                .map(parts -> "{address: " + parts[0] + ", port: " + parts[1] + "}")
                .collect(Collectors.joining(", ", "backends: [", "]"));
    }

    @Override
    protected void fail() {
        throw new UnsupportedOperationException("what is in the configuration is always there");
    }
}
