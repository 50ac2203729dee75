package io.leba.plugin.admin.api;

import io.leba.spi.control.AdminEndpoint;
import io.leba.spi.control.NodeState;
import io.leba.spi.control.PluginInfo;
import io.leba.testkit.control.LookOnlyControl;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node with one frontend, one group and one backend. */
final class FakeControl extends LookOnlyControl {
    final List<AdminEndpoint> endpoints = new CopyOnWriteArrayList<>();
    volatile boolean ready = true;

    @Override
    public NodeState state() {
        return new NodeState(
                "node<1>",
                "0.1.0",
                7,
                ready,
                1500,
                List.of(new NodeState.FrontendState("web", "http", "0.0.0.0:5000", 2, 30)),
                List.of(new NodeState.GroupState(
                        "app",
                        "http",
                        "round-robin",
                        List.of(new NodeState.BackendState(
                                "a",
                                "127.0.0.1:9001",
                                1,
                                Optional.empty(),
                                0,
                                "ready",
                                "down",
                                "connection \"refused\"",
                                0,
                                30,
                                2,
                                1)))));
    }

    @Override
    public List<PluginInfo> plugins() {
        return List.of(
                new PluginInfo("io.leba.plugin.x", "1.0", "started", List.of("balancer round-robin"), "x.jar", ""));
    }

    @Override
    public List<AdminEndpoint> endpoints() {
        return endpoints;
    }
}
