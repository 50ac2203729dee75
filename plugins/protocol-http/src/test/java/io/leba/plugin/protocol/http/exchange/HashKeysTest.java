package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.balance.Hash64;
import io.leba.spi.balance.HashKey;
import org.junit.jupiter.api.Test;

class HashKeysTest {
    private static final String REQUEST = "GET /a/b?x=1&user=anna&empty=&flag HTTP/1.1\r\nHost: Shop.Test:80\r\n"
            + "X-Key: first \r\nx-key: second\r\nCookie: a=1; session=s1;b=2\r\ncookie: other=o;session=s2\r\n\r\n";

    private static long hash(HashKey.Kind kind, String name) {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            proxy.group().ask(new HashKey(kind, name));
            client.send(REQUEST).response();
            return proxy.group().hashes().get(0);
        }
    }

    @Test
    void each_key_is_the_hash_of_its_value() {
        assertEquals(Hash64.of("/a/b"), hash(HashKey.Kind.PATH, ""));
        assertEquals(Hash64.of("shop.test:80"), hash(HashKey.Kind.HOST, ""));
        assertEquals(Hash64.of("first"), hash(HashKey.Kind.HEADER, "X-KEY"));
        assertEquals(Hash64.of("s1"), hash(HashKey.Kind.COOKIE, "session"));
        assertEquals(Hash64.of("o"), hash(HashKey.Kind.COOKIE, "other"));
        assertEquals(Hash64.of("2"), hash(HashKey.Kind.COOKIE, "b"));
        assertEquals(Hash64.of("anna"), hash(HashKey.Kind.QUERY, "user"));
        assertEquals(Hash64.of("1"), hash(HashKey.Kind.QUERY, "x"));
        assertEquals(Hash64.of(""), hash(HashKey.Kind.QUERY, "empty"));
        assertEquals(Hash64.of(""), hash(HashKey.Kind.QUERY, "flag"));
        assertEquals(Hash64.of(new byte[] {127, 0, 0, 1}), hash(HashKey.Kind.CLIENT_IP, ""));
    }

    @Test
    void what_is_not_there_is_absent() {
        assertEquals(0, hash(HashKey.Kind.HEADER, "x-ke"));
        assertEquals(0, hash(HashKey.Kind.COOKIE, "sessio"));
        assertEquals(0, hash(HashKey.Kind.QUERY, "use"));
        assertEquals(0, hash(HashKey.Kind.USER, ""));
    }
}
