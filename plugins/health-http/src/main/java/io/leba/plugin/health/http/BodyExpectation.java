package io.leba.plugin.health.http;

import io.leba.spi.health.ProbeResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keeps the beginning of a body and judges it. The text is looked for as bytes come; the expression is tried once, when the
 * body has ended or the limit is reached, and may look at a bounded number of characters.
 */
final class BodyExpectation {
    private static final int FIRST_SIZE = 1024;

    private final Optional<String> contains;
    private final Optional<Pattern> matches;
    private final byte[] wanted;
    private final int limit;
    private byte[] kept = new byte[0];
    private int length;
    private int searched;
    private boolean isFound;

    BodyExpectation(Optional<String> contains, Optional<Pattern> matches, int limit) {
        this.contains = contains;
        this.matches = matches;
        this.limit = limit;
        this.wanted = contains.orElse("").getBytes(StandardCharsets.UTF_8);
        this.isFound = contains.isEmpty();
    }

    /** Takes in {@code count} bytes of the body; what is beyond the limit is dropped. */
    void add(ByteBuffer bytes, int count) {
        int taken = Math.min(count, limit - length);
        if (length + taken > kept.length) {
            kept = Arrays.copyOf(
                    kept, Math.min(limit, Math.max(FIRST_SIZE, Math.max(length + taken, 2 * kept.length))));
        }
        bytes.get(kept, length, taken);
        bytes.position(bytes.position() + count - taken);
        length += taken;
        for (; !isFound && searched + wanted.length <= length; searched++) {
            isFound = Arrays.equals(kept, searched, searched + wanted.length, wanted, 0, wanted.length);
        }
    }

    /** The verdict, as soon as more bytes cannot change it. */
    Optional<ProbeResult> verdict(boolean isComplete) {
        boolean isDecided = isComplete || length == limit;
        if (isFound && matches.isEmpty()) {
            return Optional.of(ProbeResult.up());
        }
        if (!isDecided) {
            return Optional.empty();
        }
        if (!isFound) {
            return Optional.of(
                    ProbeResult.down("body does not contain '" + contains.orElse("") + "'" + within(isComplete)));
        }
        return Optional.of(tryExpression(matches.orElseThrow(), isComplete));
    }

    private ProbeResult tryExpression(Pattern expression, boolean isComplete) {
        String text = new String(kept, 0, length, StandardCharsets.UTF_8);
        try {
            return expression.matcher(new MeteredText(text)).find()
                    ? ProbeResult.up()
                    : ProbeResult.down("body does not match '" + expression + "'" + within(isComplete));
        } catch (MeteredText.Exhausted | StackOverflowError e) {
            return ProbeResult.down("body_matches '" + expression + "' takes too long on this body");
        }
    }

    private String within(boolean isComplete) {
        return isComplete ? "" : " in its first " + limit + " bytes";
    }
}
