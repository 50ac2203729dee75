package io.leba.plugin.protocol.tcp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** TLS hellos as a real client says them. */
final class Hellos {
    private Hellos() {}

    /** The first record of a client that asks for a name, if it is not empty, and offers protocols. */
    static byte[] of(String name, String... protocols) {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            List<SNIServerName> names = new ArrayList<>();
            if (!name.isEmpty()) {
                names.add(new SNIHostName(name));
            }
            parameters.setServerNames(names);
            parameters.setApplicationProtocols(protocols);
            engine.setSSLParameters(parameters);
            ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), out);
            byte[] bytes = new byte[out.position()];
            out.flip().get(bytes);
            return bytes;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The same hello in records of so many bytes. */
    static byte[] inRecordsOf(int size, byte[] record) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int at = 5; at < record.length; at += size) {
            int count = Math.min(size, record.length - at);
            all.write(22);
            all.write(3);
            all.write(1);
            all.write(count >> 8);
            all.write(count);
            all.write(record, at, count);
        }
        return all.toByteArray();
    }

    /** A hello made by hand: a record around a message around these extensions. */
    static byte[] with(byte[] extensions) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {3, 3});
        body.writeBytes(new byte[32]);
        body.write(0);
        body.writeBytes(new byte[] {0, 2, 0x13, 1, 1, 0});
        body.write(extensions.length >> 8);
        body.write(extensions.length);
        body.writeBytes(extensions);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(1);
        message.write(body.size() >> 16);
        message.write(body.size() >> 8);
        message.write(body.size());
        message.writeBytes(body.toByteArray());
        byte[] whole = new byte[5 + message.size()];
        System.arraycopy(message.toByteArray(), 0, whole, 5, message.size());
        return inRecordsOf(1 << 14, whole);
    }
}
