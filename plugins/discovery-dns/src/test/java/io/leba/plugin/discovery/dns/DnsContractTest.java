package io.leba.plugin.discovery.dns;

import io.leba.plugin.discovery.dns.TinyDns.Mood;
import io.leba.testkit.discovery.DiscoveryContract;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** With SRV records, which bring their ports. */
class DnsContractTest extends DiscoveryContract {
    private static final String NAME = "_app._tcp.app.test";

    private TinyDns dns;

    DnsContractTest() {
        super(new DnsPlugin(), "dns");
    }

    @BeforeEach
    void startServer() throws IOException {
        dns = new TinyDns();
    }

    @AfterEach
    void stopServer() throws IOException {
        dns.close();
    }

    @Override
    protected String yaml() {
        return "{domain: " + NAME + ", resolvers: [\"" + dns.address() + "\"], timeout: 5s}";
    }

    @Override
    protected void say(List<String> backends) throws IOException {
        String[] records = new String[backends.size()];
        for (int i = 0; i < records.length; i++) {
            String[] parts = backends.get(i).split(":");
            String host = "h" + parts[0].replace('.', '-') + ".app.test";
            dns.set(host, "1 A " + parts[0]);
            records[i] = "1 SRV 0 1 " + parts[1] + " " + host + ".";
        }
        dns.set(NAME, records);
        dns.mood(Mood.ANSWER);
    }

    @Override
    protected void fail() {
        dns.mood(Mood.SERVFAIL);
    }
}
