package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.spi.balance.Hash64;
import io.leba.spi.protocol.ClientConnection;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/** Who is at the other end of a client's connection, as requests tell it; found out once for each connection, when it is asked for. */
final class ClientPeer {
    private final Settings settings;
    private final ClientConnection client;
    private final String version;
    private final boolean isTrusted;
    private ForwardStamp stamp;
    private long addressHash;

    /** @param version what it speaks, as {@code Via} has it */
    ClientPeer(Settings settings, ClientConnection client, String version) {
        this.settings = settings;
        this.client = client;
        this.version = version;
        this.isTrusted = settings.isTrusted(client.clientAddress().getAddress());
    }

    /** As {@link ClientStream#isTrusted}. */
    boolean isTrusted() {
        return isTrusted;
    }

    /** As {@link ClientStream#addressHash}. */
    long addressHash() {
        if (addressHash == 0) {
            long hash = Hash64.of(client.clientAddress().getAddress().getAddress());
            addressHash = hash == 0 ? 1 : hash;
        }
        return addressHash;
    }

    /** As {@link ClientStream#stamp}. */
    ForwardStamp stamp() {
        if (stamp == null) {
            InetSocketAddress peer = client.clientAddress();
            stamp = new ForwardStamp(
                    NetUtil.toAddressString(peer.getAddress()),
                    client.isSecure(),
                    settings.via,
                    version,
                    NetUtil.toSocketAddressString(client.localAddress()),
                    settings.words);
        }
        return stamp;
    }
}
