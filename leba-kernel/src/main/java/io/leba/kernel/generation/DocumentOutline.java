package io.leba.kernel.generation;

import io.leba.kernel.config.Outline;
import io.leba.kernel.config.Outline.Choice;
import io.leba.kernel.config.Outline.Part;
import io.leba.kernel.config.Outline.Section;
import io.leba.kernel.plugin.Owned;
import io.leba.kernel.plugin.PluginCatalog;
import io.leba.spi.Provider;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.cluster.ClusterProvider;
import io.leba.spi.config.Inline;
import io.leba.spi.control.ServiceProvider;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.http.HttpFilterProvider;
import io.leba.spi.http.HttpFilterProvider.Level;
import io.leba.spi.protocol.ProtocolProvider;
import io.leba.spi.telemetry.TelemetryProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a document can hold with certain plugins, for the reference and the JSON Schema. */
public final class DocumentOutline {
    private final Catalog catalog;

    private DocumentOutline(Catalog catalog) {
        this.catalog = catalog;
    }

    /** The outline with the plugins of a catalog. */
    public static Outline of(PluginCatalog plugins) {
        return new DocumentOutline(new Catalog(plugins)).outline();
    }

    private Outline outline() {
        List<Part> frontend = new ArrayList<>(List.of(Part.of("kernel", FrontendConfig.class)));
        List<Part> group = new ArrayList<>(List.of(Part.of("kernel", GroupConfig.class)));
        List<Part> rule = new ArrayList<>(List.of(Part.of("kernel", RuleConfig.class)));
        for (Owned<ProtocolProvider<?>> owned :
                sorted(catalog.<ProtocolProvider<?>>providers(ProtocolProvider.class))) {
            ProtocolProvider<?> provider = owned.provider();
            List<String> words = provider.secureType().isEmpty()
                    ? List.of(provider.type())
                    : List.of(provider.type(), provider.secureType());
            frontend.add(Part.of(owned.realm().id(), provider.configType()).when("protocol", words));
            if (provider.routeType() != io.leba.spi.config.NoConfig.class) {
                rule.add(Part.of(owned.realm().id(), provider.routeType()));
            }
            if (provider.groupType() != io.leba.spi.config.NoConfig.class) {
                group.add(Part.of(owned.realm().id(), provider.groupType()));
            }
        }
        filters(frontend, Level.FRONTEND);
        filters(group, Level.GROUP);
        filters(rule, Level.ROUTE);
        List<Section> sections = List.of(
                new Section("", "The document", "Root keys.", root()),
                new Section("frontend_services[]", "Frontends", "Listening addresses.", frontend),
                new Section("backend_groups[]", "Backend groups", "What a group needs beyond its backends.", group),
                new Section(
                        "routing_rules[]",
                        "Routing rules",
                        "Which exchanges go where; the first that matches wins.",
                        rule));
        List<Choice> choices = new ArrayList<>();
        for (Class<?> product : List.of(BalancerPolicy.class, HealthCheck.class, Discovery.class)) {
            choices(product, choices);
        }
        return new Outline(sections, choices);
    }

    private List<Part> root() {
        List<Part> parts = new ArrayList<>(List.of(Part.of("kernel", NodeConfig.class)));
        for (Class<?> kind : List.of(
                DiscoveryProvider.class, ServiceProvider.class, TelemetryProvider.class, ClusterProvider.class)) {
            for (Owned<Provider<?, ?>> owned : sorted(catalog.<Provider<?, ?>>providers(kind))) {
                Class<? extends Record> type = owned.provider().configType();
                if (type.isAnnotationPresent(Inline.class)) {
                    parts.add(Part.of(owned.realm().id(), type));
                } else if (kind != DiscoveryProvider.class) {
                    parts.add(Part.under(owned.provider().type(), owned.realm().id(), type));
                }
            }
        }
        return parts;
    }

    private void filters(List<Part> parts, Level level) {
        for (Owned<HttpFilterProvider<?>> owned :
                sorted(catalog.<HttpFilterProvider<?>>providers(HttpFilterProvider.class))) {
            if (owned.provider().levels().contains(level)) {
                parts.add(Part.under(
                        owned.provider().type(),
                        owned.realm().id(),
                        owned.provider().configType()));
            }
        }
    }

    private void choices(Class<?> product, List<Choice> choices) {
        List<Owned<?>> owners = new ArrayList<>();
        catalog.types(product).forEach(type -> catalog.owner(product, type).ifPresent(owners::add));
        for (Owned<?> owned : sorted(owners)) {
            Class<? extends Record> type = owned.provider().configType();
            if (!type.isAnnotationPresent(Inline.class)) {
                choices.add(new Choice(
                        product, owned.provider().type(), owned.realm().id(), type));
            }
        }
    }

    private static <O extends Owned<?>> List<O> sorted(List<O> owners) {
        List<O> sorted = new ArrayList<>(owners);
        sorted.sort(Comparator.comparing(owned -> owned.provider().type()));
        return sorted;
    }
}
