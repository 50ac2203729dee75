package io.leba.kernel.state;

import com.fasterxml.jackson.databind.node.IntNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Writes one state after the other until it is killed; says when it has begun. */
final class EndlessWriter {
    private EndlessWriter() {}

    /** @param arguments the file */
    public static void main(String[] arguments) throws Exception {
        StateFile file = new StateFile(Path.of(arguments[0]));
        StateFormat format = new StateFormat();
        for (int number = 1; ; number++) {
            file.write(format.encode(state(number), Instant.EPOCH, Optional.empty()));
            if (number == 1) {
                System.out.println("writing");
            }
        }
    }

    /** A state large enough that it takes many pages, all of one number. */
    static SavedState state(int number) {
        Map<String, com.fasterxml.jackson.databind.JsonNode> sections = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            sections.put("section " + i, IntNode.valueOf(number));
        }
        return new SavedState("0.1.0", "node1", number, sections);
    }
}
