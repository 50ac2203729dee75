package io.leba.spi.config;

/**
 * Thrown by the canonical constructor of a configuration record, or by a provider's {@code create}, when values that are
 * each fine do not go together. The message says what is wrong and what would be right, without the place: the kernel
 * adds file, line and path.
 */
public final class InvalidConfig extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String key;

    /** A problem of the mapping as a whole. */
    public InvalidConfig(String message) {
        this("", message);
    }

    /**
     * A problem of one key.
     *
     * @param key the key as written in YAML, relative to the record's mapping ({@code "max_idle"}); empty for the whole
     * @param message what is wrong; what would be right
     */
    public InvalidConfig(String key, String message) {
        super(message);
        this.key = key;
    }

    /** The key that the message is about, or an empty string. */
    public String key() {
        return key;
    }
}
