package io.leba.kernel.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leba.kernel.backend.BackendControl;
import io.leba.kernel.backend.BackendKey;
import io.leba.kernel.backend.Remembered.LastHealth;
import java.util.HashMap;
import java.util.Map;

/** How backends were when they were last probed: {@code [{"group": "app", "backend": "a", "up": false, "reason": "…"}]}. */
final class HealthSection implements StateSection {
    private final BackendControl backends;

    HealthSection(BackendControl backends) {
        this.backends = backends;
    }

    @Override
    public String name() {
        return "health";
    }

    @Override
    public JsonNode save() {
        Map<BackendKey, LastHealth> health = backends.health();
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        health.keySet().stream()
                .sorted(OverridesSection.ORDER)
                .forEach(key -> list.addObject()
                        .put("group", key.group())
                        .put("backend", key.backend())
                        .put("up", health.get(key).isUp())
                        .put("reason", health.get(key).reason()));
        return list;
    }

    @Override
    public void restore(JsonNode saved) {
        Map<BackendKey, LastHealth> health = new HashMap<>();
        for (JsonNode item : saved) {
            if (!item.path("up").isBoolean()) {
                throw new IllegalArgumentException("up must be true or false, got " + item);
            }
            health.put(
                    OverridesSection.key(item),
                    new LastHealth(
                            item.path("up").booleanValue(), item.path("reason").asText()));
        }
        backends.restoreHealth(health);
    }
}
