package io.leba.kernel.backend;

import io.leba.spi.OnControl;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is kept of backends by name, whether or not they are members at present: operators' overrides, and what an earlier run
 * of the node knew of their health. Control thread.
 */
@OnControl
public final class Remembered {
    private final Map<BackendKey, BackendOverride> overrides = new LinkedHashMap<>();
    private final Map<BackendKey, LastHealth> presumed = new HashMap<>();
    private Runnable onChange = () -> {};

    Remembered() {}

    /**
     * The health of a backend when it was last looked at.
     *
     * @param isUp whether it could serve
     * @param reason why not; empty if it could
     */
    public record LastHealth(boolean isUp, String reason) {}

    /** Runs the action after each change of an override or verdict, on the control thread. */
    void onChange(Runnable action) {
        onChange = action;
    }

    void restoreOverrides(Map<BackendKey, BackendOverride> earlier) {
        overrides.putAll(earlier);
    }

    void restoreHealth(Map<BackendKey, LastHealth> earlier) {
        presumed.putAll(earlier);
    }

    BackendOverride override(BackendKey key) {
        return overrides.getOrDefault(key, BackendOverride.NONE);
    }

    void override(BackendKey key, BackendOverride wanted) {
        if (wanted.equals(BackendOverride.NONE)) {
            overrides.remove(key);
        } else {
            overrides.put(key, wanted);
        }
        onChange.run();
    }

    Map<BackendKey, BackendOverride> overrides() {
        return Map.copyOf(overrides);
    }

    /** Why the backend was down when it was last looked at; empty if it was not, or nobody knows. */
    Optional<String> presumedDown(BackendKey key) {
        LastHealth last = presumed.get(key);
        return last == null || last.isUp() ? Optional.empty() : Optional.of(last.reason());
    }

    /** A probe has told how the backend is: what was presumed does not count any more. */
    void judged(BackendKey key) {
        presumed.remove(key);
        onChange.run();
    }
}
