package io.leba.plugin.discovery.staticlist;

import io.leba.spi.config.Doc;
import io.leba.spi.config.Inline;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.discovery.BackendSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The list, at the root of the document or in a group's {@code discovery}. */
@Inline
@Doc("Backends written down one by one.")
record StaticConfig(
        @Doc(value = "The backends.", example = "[{address: 127.0.0.1, port: 9001, protocol: http, group_name: app}]")
        List<BackendSpec> backends) {
    /** One backend's identity: names are unique in a group. */
    private record Identity(Optional<String> group, Optional<String> protocol, String name) {}

    /** Refuses a name that is listed twice for one group. */
    StaticConfig {
        Map<Identity, Integer> seen = new HashMap<>();
        for (int i = 0; i < backends.size(); i++) {
            BackendSpec backend = backends.get(i);
            // A group that is named has one protocol; backends without a group go to their protocol's own.
            Identity identity = new Identity(
                    backend.groupName(),
                    backend.groupName().isPresent() ? Optional.empty() : backend.protocol(),
                    backend.nameOrAddress());
            Integer before = seen.putIfAbsent(identity, i);
            if (before != null) {
                throw new InvalidConfig(
                        "backends",
                        "'" + identity.name() + "' is listed twice"
                                + backend.groupName()
                                        .map(group -> " in group '" + group + "'")
                                        .orElse("")
                                + " (items " + before + " and " + i + "); remove one, or give it a 'name' of its own");
            }
        }
    }
}
