package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.plugin.protocol.http.head.KnownField;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Who the client is behind trusted proxies: the last address in {@code X-Forwarded-For}, or {@code Forwarded}, that is no trusted proxy itself.
 * Whatever stands before it anyone can have written.
 */
final class ClientOrigin {
    private ClientOrigin() {}

    static InetSocketAddress of(Exchange exchange) {
        ClientStream client = exchange.client();
        InetSocketAddress peer = client.connection().clientAddress();
        RequestHead head = exchange.request();
        if (!client.isTrusted()) {
            return peer;
        }
        ForwardStamp.Words words = client.engine().settings.words;
        if (words == ForwardStamp.Words.RFC7239 || words == ForwardStamp.Words.BOTH && head.forwardedFor() < 0) {
            return ofElements(head, client, peer);
        }
        if (head.forwardedFor() < 0) {
            return peer;
        }
        InetAddress found = null;
        for (int field = head.fieldCount() - 1; field >= head.forwardedFor(); field--) {
            if (head.id(field) == KnownField.X_FORWARDED_FOR) {
                int to = head.valueEnd(field);
                while (to > head.valueStart(field)) {
                    int from = to;
                    while (from > head.valueStart(field) && head.bytes()[from - 1] != ',') {
                        from--;
                    }
                    InetAddress address = address(head.bytes(), from, to);
                    if (address == null) {
                        return found == null ? peer : new InetSocketAddress(found, 0);
                    }
                    found = address;
                    if (!client.engine().settings.isTrusted(found)) {
                        return new InetSocketAddress(found, 0);
                    }
                    to = from - 1;
                }
            }
        }
        return found == null ? peer : new InetSocketAddress(found, 0);
    }

    /** The same of {@code Forwarded}, which quotes keep from being read backwards. */
    private static InetSocketAddress ofElements(RequestHead head, ClientStream client, InetSocketAddress peer) {
        InetAddress found = null;
        for (int field = 0; field < head.fieldCount(); field++) {
            if (head.id(field) == KnownField.FORWARDED) {
                ForwardedFor elements = new ForwardedFor(head.bytes(), head.valueStart(field), head.valueEnd(field));
                while (elements.hasNext()) {
                    InetAddress address = address(elements.next());
                    boolean isNewest =
                            address == null || !client.engine().settings.isTrusted(address);
                    found = isNewest || found == null ? address : found;
                }
            }
        }
        return found == null ? peer : new InetSocketAddress(found, 0);
    }

    /** Whether proxies have said anything about it. */
    static boolean isTold(Exchange exchange) {
        return exchange.client().isTrusted()
                && (exchange.request().forwardedFor() >= 0
                        || exchange.engine().settings.words != ForwardStamp.Words.X_FORWARDED);
    }

    private static InetAddress address(byte[] a, int from, int to) {
        return address(new String(a, from, to - from, StandardCharsets.ISO_8859_1).trim());
    }

    private static InetAddress address(String said) {
        String text = said;
        int bracket = text.indexOf(']');
        int colon = text.indexOf(':');
        if (text.startsWith("[") && bracket > 0) {
            text = text.substring(1, bracket);
        } else if (colon > 0 && colon == text.lastIndexOf(':')) {
            text = text.substring(0, colon);
        }
        return NetUtil.createInetAddressFromIpAddressString(text);
    }
}
