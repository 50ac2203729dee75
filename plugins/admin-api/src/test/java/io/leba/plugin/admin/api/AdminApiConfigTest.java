package io.leba.plugin.admin.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.Provider;
import io.leba.spi.config.InvalidConfig;
import io.leba.testkit.TestScope;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdminApiConfigTest {
    @Test
    void withoutAnAddressItListensOnAllOfThem() {
        AdminApiConfig config = new AdminApiConfig(8080, Optional.empty());
        assertTrue(config.bindAddress().getAddress().isAnyLocalAddress());
        assertEquals("*:8080", AdminApi.show(config.bindAddress()));
    }

    @Test
    void anAddressOfEitherFamilyOrLocalhostIsTaken() {
        assertEquals("127.0.0.1:1", AdminApi.show(new AdminApiConfig(1, Optional.of("127.0.0.1")).bindAddress()));
        assertEquals("[0:0:0:0:0:0:0:1]:1", AdminApi.show(new AdminApiConfig(1, Optional.of("::1")).bindAddress()));
        assertTrue(new AdminApiConfig(1, Optional.of("localhost"))
                .bindAddress()
                .getAddress()
                .isLoopbackAddress());
    }

    @Test
    void aNameIsRefusedBecauseItWouldHaveToBeLookedUp() {
        for (String text : List.of("example.com", "", "127.0.0.1/8", "300.1.1.1")) {
            InvalidConfig refused =
                    assertThrows(InvalidConfig.class, () -> new AdminApiConfig(8080, Optional.of(text)), text);
            assertEquals("api_address", refused.key());
            assertEquals(
                    "must be an IP address such as 127.0.0.1 or ::1, or localhost, got '" + text + "'",
                    refused.getMessage());
        }
    }

    @Test
    void thePluginProvidesTheServiceAndEqualConfigurationsAreOne() {
        List<Provider<?, ?>> providers = new AdminApiPlugin().providers();
        AdminApiProvider provider = (AdminApiProvider) providers.get(0);
        assertEquals(1, providers.size());
        assertEquals("api", provider.type());
        assertSame(AdminApiConfig.class, provider.configType());
        assertEquals(new AdminApiConfig(1, Optional.empty()), new AdminApiConfig(1, Optional.empty()));
        try (TestScope scope = TestScope.of("api")) {
            provider.create(new AdminApiConfig(0, Optional.empty()), scope);
        }
    }
}
