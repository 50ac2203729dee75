package io.leba.kernel.state;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * What a state file holds.
 *
 * @param version LEBA's version that wrote it, for people
 * @param nodeId the node that it belongs to
 * @param generation the number of the generation that served last
 * @param sections by name; what each means is its owner's affair
 */
public record SavedState(String version, String nodeId, long generation, Map<String, JsonNode> sections) {
    /** Keeps the sections as they are at this moment. */
    public SavedState {
        sections = Map.copyOf(sections);
    }
}
