package io.leba.testkit.control;

import io.leba.spi.control.AdminEndpoint;
import io.leba.spi.control.Control;
import io.leba.spi.control.NodeState;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.control.NodeState.FrontendState;
import io.leba.spi.control.NodeState.GroupState;
import io.leba.spi.control.PluginInfo;
import java.util.List;

/** A node as a service sees it, with little in it, that lets nothing be changed. Any thread. */
public final class ScriptedControl extends LookOnlyControl {
    private final List<AdminEndpoint> pages;

    private ScriptedControl(List<AdminEndpoint> pages) {
        this.pages = pages;
    }

    /** A node with nothing but these pages. */
    public static Control of(AdminEndpoint... pages) {
        return new ScriptedControl(List.of(pages));
    }

    @Override
    public NodeState state() {
        BackendState backend = Records.filled(BackendState.class, "b1");
        GroupState group = Records.filled(GroupState.class, "app", backend);
        FrontendState frontend = Records.filled(FrontendState.class, "web");
        return Records.filled(NodeState.class, "test", frontend, group);
    }

    @Override
    public List<PluginInfo> plugins() {
        return List.of(Records.filled(PluginInfo.class, "com.example.x"));
    }

    @Override
    public List<AdminEndpoint> endpoints() {
        return pages;
    }
}
