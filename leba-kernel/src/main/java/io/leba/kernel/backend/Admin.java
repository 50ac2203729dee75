package io.leba.kernel.backend;

/** What an operator wants of a backend. */
public enum Admin {
    /** It serves. */
    READY("ready"),
    /** It gets nothing new and finishes what it has. */
    DRAIN("drain"),
    /** As drained; it is not probed either, and no idle connection to it is kept. */
    DISABLED("disabled");

    private final String word;

    Admin(String word) {
        this.word = word;
    }

    /** The word shown to operators. */
    public String word() {
        return word;
    }
}
