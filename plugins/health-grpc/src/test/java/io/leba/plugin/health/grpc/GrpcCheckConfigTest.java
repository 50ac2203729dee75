package io.leba.plugin.health.grpc;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.spi.config.InvalidConfig;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GrpcCheckConfigTest {
    private static GrpcCheckConfig with(Map<String, String> metadata) {
        return new GrpcCheckConfig(Optional.empty(), Optional.empty(), metadata);
    }

    private static void assertRefused(String message, String name, String value) {
        InvalidConfig refused = assertThrows(InvalidConfig.class, () -> with(Map.of(name, value)));
        assertEquals("metadata", refused.key());
        assertEquals(message, refused.getMessage());
    }

    @Test
    void ordinaryMetadataIsTaken() {
        assertDoesNotThrow(
                () -> with(Map.of("authorization", "Bearer abc", "x_y.z-1", "v", "trace-bin", "AAE=", "a-bin", "q/8")));
    }

    @Test
    void metadataThatCannotBeSentIsRefused() {
        assertRefused("'X-Y' is no name; use lower-case letters, digits, '_', '-' and '.'", "X-Y", "v");
        assertRefused("':path' is no name; use lower-case letters, digits, '_', '-' and '.'", ":path", "v");
        assertRefused("'te' is set by the check itself; remove it", "te", "trailers");
        assertRefused("'grpc-timeout' is set by the check itself; remove it", "grpc-timeout", "1S");
        assertRefused("the value of 'x-bin' must be base64", "x-bin", "a b");
        assertRefused("the value of 'x' must be printable ASCII without spaces around it", "x", " v");
        assertRefused("the value of 'x' must be printable ASCII without spaces around it", "x", "ü");
        assertRefused("the value of 'x' must be printable ASCII without spaces around it", "x", "");
        assertRefused("is 9001 bytes; must be at most 8192", "x", "v".repeat(9000));
    }

    @Test
    void thePluginOffersOneCheck() {
        assertEquals("grpc", new GrpcCheckPlugin().providers().get(0).type());
        assertEquals(
                GrpcCheckConfig.class, new GrpcCheckPlugin().providers().get(0).configType());
    }
}
