package io.leba.spi.health;

/**
 * What a probe found.
 *
 * @param isUp whether the backend can serve
 * @param reason why, in a few words an operator understands ({@code "status 503, expected 200-399"})
 */
public record ProbeResult(boolean isUp, String reason) {
    private static final ProbeResult UP = new ProbeResult(true, "");

    /** It can serve. */
    public static ProbeResult up() {
        return UP;
    }

    /** It cannot serve. */
    public static ProbeResult down(String reason) {
        return new ProbeResult(false, reason);
    }
}
