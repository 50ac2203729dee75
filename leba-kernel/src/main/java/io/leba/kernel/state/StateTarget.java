package io.leba.kernel.state;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where state is kept.
 *
 * @param file the file; its folder is made if there is none
 * @param key encrypts it; empty: it is plain text
 */
public record StateTarget(Path file, Optional<StateKey> key) {}
