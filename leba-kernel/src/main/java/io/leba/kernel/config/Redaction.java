package io.leba.kernel.config;

/** Shows configuration without its secrets. */
public final class Redaction {
    /** Stands for a secret. */
    public static final String HIDDEN = "<secret>";

    private Redaction() {}
}
