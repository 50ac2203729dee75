package io.leba.kernel.generation;

import io.leba.kernel.config.Binder;
import io.leba.kernel.config.BoundMapping;
import io.leba.kernel.config.ConfigDocument;
import io.leba.kernel.config.MappingNode;
import io.leba.kernel.config.Problems;
import io.leba.kernel.config.SlotResolver;
import io.leba.kernel.config.SlotTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the root keys that are needed before anything else exists: loops and transport. */
public final class Bootstrap {
    private static final SlotResolver NONE = new SlotResolver() {
        @Override
        public Optional<SlotTarget> resolve(Class<?> product, String type) {
            return Optional.empty();
        }

        @Override
        public List<String> types(Class<?> product) {
            return List.of();
        }
    };

    private Bootstrap() {}

    /** The kernel's root keys; defaults if they have problems, which the first generation will report. */
    public static NodeConfig read(ConfigDocument document) {
        Binder binder = new Binder(NONE);
        BoundMapping bound = binder.bindAll(document.root(), List.of(NodeConfig.class), "", new Problems());
        NodeConfig config = bound.get(NodeConfig.class);
        if (config != null) {
            return config;
        }
        MappingNode empty =
                new MappingNode(document.root().position(), document.root().directory(), Map.of());
        return binder.bind(empty, NodeConfig.class, "", new Problems());
    }
}
