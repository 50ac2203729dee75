package io.leba.kernel.config;

import java.util.LinkedHashSet;
import java.util.Set;

/** The secrets of one configuration, which no message may quote. */
final class SecretTexts {
    /** Replacing a shorter one in a message would spoil the message and give the secret away. */
    private static final int SHORT = 4;

    private final Set<String> texts = new LinkedHashSet<>();

    /** The node and all in it is secret. */
    void add(Node node) {
        if (node instanceof ScalarNode scalar) {
            if (!scalar.text().isEmpty()) {
                texts.add(scalar.text());
            }
        } else if (node instanceof SequenceNode sequence) {
            sequence.items().forEach(this::add);
        } else if (node instanceof MappingNode mapping) {
            mapping.entries().values().forEach(entry -> add(entry.value()));
        }
    }

    /** A message that somebody else wrote, without the secrets that it quotes. */
    String hide(String message) {
        String shown = message;
        for (String text : texts) {
            if (shown.contains(text)) {
                if (text.length() < SHORT) {
                    return "is refused; the reason is withheld, since it quotes a secret";
                }
                shown = shown.replace(text, Redaction.HIDDEN);
            }
        }
        return shown;
    }
}
