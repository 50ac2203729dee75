package io.leba.kernel.state;

import com.fasterxml.jackson.databind.JsonNode;
import io.leba.spi.OnControl;

/** A part of the state file that one owner writes and reads. */
public interface StateSection {
    /** Its name, unique and never changed. */
    String name();

    /** What is to be found after a restart. */
    @OnControl
    JsonNode save();

    /**
     * Takes over what {@link #save} gave in an earlier run, perhaps of an older or newer version. Once, before the first
     * generation.
     *
     * @throws IllegalArgumentException if nothing of it makes sense; the node starts without this section
     */
    @OnControl
    void restore(JsonNode saved);
}
