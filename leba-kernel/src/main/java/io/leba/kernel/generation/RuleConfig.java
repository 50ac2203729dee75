package io.leba.kernel.generation;

import io.leba.kernel.contain.OnPluginFailure;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Position;
import java.util.List;
import java.util.Optional;

/** The kernel's keys of an item of {@code routing_rules}; the protocol's and the filters' stand beside them. */
@Doc("A rule that sends exchanges to a group. The first rule of the file that matches wins.")
public record RuleConfig(
        @Doc("Name, unique among rules.") String name,

        @Doc("Group, or single backend, that serves what matches.")
        String targetBackend,

        @Doc("Names of the frontends it applies to. Default: all that speak the target's protocol.")
        List<String> frontends,

        @Doc(
                "What becomes of exchanges while one of its filters is in quarantine because it failed 5 times in a row. Default: what the root key says, else `reject`.")
        Optional<OnPluginFailure> onPluginFailure,

        Position position) {}
