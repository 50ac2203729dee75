package io.leba.kernel.generation;

import io.leba.kernel.config.MappingNode;
import io.leba.kernel.config.Problems;
import io.leba.kernel.contain.OnPluginFailure;
import io.leba.kernel.generation.Instances.Instance;
import io.leba.kernel.generation.Sections.Extension;
import io.leba.kernel.generation.Sections.FilterSection;
import io.leba.kernel.plugin.Owned;
import io.leba.kernel.traffic.ContainedFilter;
import io.leba.spi.OnControl;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Position;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Gets extension instances for a draft; what a plugin throws becomes a problem at its place. */
@OnControl
final class Obtaining {
    private final Instances.Draft draft;
    private final Problems problems;

    Obtaining(Instances.Draft draft, Problems problems) {
        this.draft = draft;
        this.problems = problems;
    }

    Instance obtain(Extension extension, Class<?> kind) {
        return obtain(extension.path(), extension.owner(), kind, extension.config(), extension.position());
    }

    Instance obtain(String path, Owned<?> owner, Class<?> kind, Record config, Position position) {
        return guarded(position, () -> draft.obtain(path, owner, kind, config));
    }

    /** Runs a plugin's code; what it throws becomes a problem at the place, and the result null. */
    <T> T guarded(Position position, Supplier<T> call) {
        try {
            return call.get();
        } catch (InvalidConfig e) {
            problems.addForeign(e.key().isEmpty() ? position : below(position, e.key()), e.getMessage());
        } catch (Throwable e) {
            throwIfFatal(e);
            Generations.LOGGER.debug("{}: a plugin failed with {}", position, e.getClass(), stackOnly(e));
            problems.addForeign(position, "the plugin failed to make it: " + e);
        }
        return null;
    }

    /** Throws it on if the process, not the plugin, is in trouble. */
    static void throwIfFatal(Throwable e) {
        if (isFatal(e)) {
            throw (VirtualMachineError) e;
        }
    }

    /** Whether the process, not the plugin, is in trouble. */
    static boolean isFatal(Throwable e) {
        return e instanceof VirtualMachineError && !(e instanceof StackOverflowError);
    }

    /** Where it was thrown, without what it says, which may quote a secret of the configuration. */
    private static Throwable stackOnly(Throwable e) {
        Throwable stack = new Throwable("thrown here");
        stack.setStackTrace(e.getStackTrace());
        return stack;
    }

    /** Where a key of a mapping is written; where the mapping begins if it is not. */
    static Position of(MappingNode mapping, String key) {
        return mapping.entries().containsKey(key)
                ? mapping.entries().get(key).keyPosition()
                : below(mapping.position(), key);
    }

    static Position below(Position position, String key) {
        String path = position.path().isEmpty() ? key : position.path() + "." + key;
        return new Position(position.source(), position.line(), position.column(), path);
    }

    /**
     * The filters, in the order in which they were read; what could not be made is left out.
     *
     * @param onFailure what becomes of exchanges while one is in quarantine
     */
    List<HttpFilter> filters(List<FilterSection> written, OnPluginFailure onFailure) {
        List<HttpFilter> filters = new ArrayList<>();
        for (FilterSection filter : written) {
            Instance instance = obtain(filter.extension(), HttpFilterProvider.class);
            if (instance != null) {
                ContainedFilter contained = instance.companion(
                        ContainedFilter.class,
                        () -> new ContainedFilter(instance.product(HttpFilter.class), instance.quarantine()));
                filters.add(contained.seen(onFailure));
            }
        }
        return List.copyOf(filters);
    }
}
