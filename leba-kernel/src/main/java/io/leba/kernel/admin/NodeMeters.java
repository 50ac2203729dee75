package io.leba.kernel.admin;

import io.leba.kernel.generation.Generations;
import io.leba.kernel.generation.Services;
import io.leba.kernel.meters.MeterScope;
import io.leba.kernel.plugin.PluginHost;
import io.leba.kernel.transport.BufferLedger;
import java.util.function.BooleanSupplier;

/** What is measured of the node as a whole. */
final class NodeMeters {
    private NodeMeters() {}

    static void show(
            MeterScope meters,
            Generations generations,
            Services services,
            PluginHost host,
            long startedNanos,
            BooleanSupplier isReady) {
        meters.gauge("leba_generation", "The generation that serves", generations::number);
        for (String phase : generations.phases().byName().keySet()) {
            meters.gauge(
                    "leba_reload_seconds",
                    "How long the parts of the last reload that changed something took",
                    () -> generations.phases().byName().get(phase) / 1e9,
                    "phase",
                    phase);
        }
        meters.gauge("leba_ready", "1 while the node takes traffic", () -> isReady.getAsBoolean() ? 1 : 0);
        meters.gauge("leba_uptime_seconds", "Since the start", () -> (System.nanoTime() - startedNanos) / 1e9);
        meters.sum(
                "leba_loop_blocked",
                "Times that an event loop did not come round for more than half a second",
                services.loops()::blocks);
        BufferLedger buffers = services.loops().buffers();
        meters.gauge("leba_buffer_bytes", "What is held for peers in buffers and incomplete heads", buffers::held);
        meters.gauge("leba_buffer_budget_bytes", "What may be held for peers", buffers::budget);
        meters.sum("leba_buffer_budget_spent", "Times that the buffer budget was found spent", buffers::spells);
        meters.gauge("leba_plugin_realms_lingering", "Unloaded plugin realms not collected yet", host::lingering);
    }
}
