package io.leba.kernel.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leba.kernel.backend.Admin;
import io.leba.kernel.backend.BackendControl;
import io.leba.kernel.backend.BackendKey;
import io.leba.kernel.backend.BackendOverride;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** What operators said of backends: {@code [{"group": "app", "backend": "a", "admin": "drain", "weight": 7}]}. */
final class OverridesSection implements StateSection {
    static final Comparator<BackendKey> ORDER =
            Comparator.comparing(BackendKey::group).thenComparing(BackendKey::backend);

    private final BackendControl backends;

    OverridesSection(BackendControl backends) {
        this.backends = backends;
    }

    @Override
    public String name() {
        return "overrides";
    }

    @Override
    public JsonNode save() {
        Map<BackendKey, BackendOverride> overrides = backends.overrides();
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        overrides.keySet().stream().sorted(ORDER).forEach(key -> {
            BackendOverride override = overrides.get(key);
            ObjectNode item = list.addObject()
                    .put("group", key.group())
                    .put("backend", key.backend())
                    .put("admin", override.admin().word());
            override.weight().ifPresent(weight -> item.put("weight", weight));
        });
        return list;
    }

    @Override
    public void restore(JsonNode saved) {
        Map<BackendKey, BackendOverride> overrides = new HashMap<>();
        for (JsonNode item : saved) {
            JsonNode weight = item.path("weight");
            overrides.put(
                    key(item),
                    new BackendOverride(
                            admin(item.path("admin").asText()),
                            weight.isIntegralNumber() ? OptionalInt.of(weight.intValue()) : OptionalInt.empty()));
        }
        backends.restoreOverrides(overrides);
    }

    private static Admin admin(String word) {
        for (Admin admin : Admin.values()) {
            if (admin.word().equals(word)) {
                return admin;
            }
        }
        throw new IllegalArgumentException("admin must be ready, drain or disabled, got '" + word + "'");
    }

    static BackendKey key(JsonNode item) {
        if (!item.path("group").isTextual() || !item.path("backend").isTextual()) {
            throw new IllegalArgumentException("group and backend must be texts, got " + item);
        }
        return new BackendKey(
                item.path("group").textValue(), item.path("backend").textValue());
    }
}
