package io.leba.plugin.protocol.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.exchange.Engine;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import io.leba.spi.config.Doc;
import io.leba.testkit.TestScope;
import java.lang.reflect.RecordComponent;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpProviderTest {
    private final HttpProvider provider = new HttpProvider();

    @Test
    void the_plugin_offers_http_and_https() {
        LebaPlugin plugin = new HttpPlugin();
        List<Provider<?, ?>> providers = plugin.providers();
        assertEquals(1, providers.size());
        assertInstanceOf(HttpProvider.class, providers.get(0));
        assertEquals("http", provider.type());
        assertEquals("https", provider.secureType());
        assertEquals(HttpConfig.class, provider.configType());
        assertEquals(HttpRoute.class, provider.routeType());
        assertTrue(provider.takesHttpFilters());
    }

    @Test
    void it_makes_an_engine() {
        assertInstanceOf(Engine.class, provider.create(Proxy.config(), TestScope.of("frontend_services[web]")));
    }

    @Test
    void every_key_is_documented() {
        for (Class<?> type :
                List.of(HttpConfig.class, HttpConfig.Timeouts.class, HttpConfig.Limits.class, HttpRoute.class)) {
            for (RecordComponent component : type.getRecordComponents()) {
                Doc doc = component.getAnnotation(Doc.class);
                assertTrue(doc != null && !doc.value().isBlank(), type + "." + component.getName());
            }
        }
    }
}
