package io.leba.plugin.protocol.http.exchange;

import io.leba.spi.balance.Backend;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.tls.TlsSession;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;

/** An exchange as filters see it, with what they keep. */
final class ExchangeView implements HttpExchange {
    private final Exchange exchange;
    private Object[] kept = new Object[4];
    private int keptCount;
    private int status;
    private InetSocketAddress client;

    ExchangeView(Exchange exchange) {
        this.exchange = exchange;
    }

    void clear() {
        Arrays.fill(kept, 0, keptCount, null);
        keptCount = 0;
        status = 0;
        client = null;
    }

    void setStatus(int sent) {
        status = sent;
    }

    @Override
    public int loop() {
        return exchange.loop().index;
    }

    @Override
    public InetSocketAddress client() {
        if (client == null) {
            client = ClientOrigin.of(exchange);
        }
        return client;
    }

    @Override
    public Optional<TlsSession> tls() {
        return exchange.client().connection().tls();
    }

    @Override
    public String frontend() {
        return exchange.table().frontend();
    }

    @Override
    public String route() {
        return exchange.target().route();
    }

    @Override
    public Backend backend() {
        return exchange.delivery().lastBackend();
    }

    @Override
    public long startNanos() {
        return exchange.startNanos();
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public void attach(Object owner, Object value) {
        for (int i = 0; i < keptCount; i += 2) {
            if (kept[i] == owner) {
                replace(i, value);
                return;
            }
        }
        if (value == null) {
            return;
        }
        if (keptCount == kept.length) {
            kept = Arrays.copyOf(kept, 2 * keptCount);
        }
        kept[keptCount] = owner;
        kept[keptCount + 1] = value;
        keptCount += 2;
    }

    private void replace(int at, Object value) {
        if (value != null) {
            kept[at + 1] = value;
            return;
        }
        keptCount -= 2;
        kept[at] = kept[keptCount];
        kept[at + 1] = kept[keptCount + 1];
        kept[keptCount] = null;
        kept[keptCount + 1] = null;
    }

    @Override
    public Object attachment(Object owner) {
        for (int i = 0; i < keptCount; i += 2) {
            if (kept[i] == owner) {
                return kept[i + 1];
            }
        }
        return null;
    }
}
