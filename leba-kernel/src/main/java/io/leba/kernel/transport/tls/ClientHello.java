package io.leba.kernel.transport.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What of a ClientHello (RFC 8446 §4.1.2) decides which certificate is shown.
 *
 * @param serverName in lower case; empty: none
 * @param isEcdsaKnown for each of P-256, P-384 and P-521 a bit: whether the client verifies such signatures
 * @param isRsaKnown whether it verifies RSA's
 * @param isEd25519Known whether it verifies Ed25519's
 */
record ClientHello(String serverName, int isEcdsaKnown, boolean isRsaKnown, boolean isEd25519Known) {
    static final int P256 = 1;
    static final int P384 = 2;
    static final int P521 = 4;

    /** One of which nothing can be told; whoever speaks TLS then refuses it. */
    static final ClientHello UNREADABLE = new ClientHello("", P256 | P384 | P521, true, true);

    /** One that asks for a name and takes whatever certificate has it. */
    static ClientHello asking(String name) {
        return new ClientHello(name.toLowerCase(Locale.ROOT), P256 | P384 | P521, true, true);
    }

    private static final int SERVER_NAME = 0;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int TLS_1_3 = 0x0304;
    private static final int RANDOM_AND_VERSION = 34;

    /** Reads one, without the header of the handshake message; moves no index. */
    static ClientHello read(ByteBuf bytes) {
        try {
            return new Reader(bytes.slice()).read();
        } catch (IndexOutOfBoundsException e) {
            return UNREADABLE;
        }
    }

    private static final class Reader {
        private final ByteBuf in;
        private String name = "";
        private boolean isModern;
        private boolean hasAlgorithms;
        private int ecdsa;
        private boolean rsa;
        private boolean ed25519;

        Reader(ByteBuf in) {
            this.in = in;
        }

        ClientHello read() {
            in.skipBytes(RANDOM_AND_VERSION);
            in.skipBytes(in.readUnsignedByte());
            ByteBuf suites = in.readSlice(in.readUnsignedShort());
            in.skipBytes(in.readUnsignedByte());
            if (in.readableBytes() >= 2) {
                extensions(in.readSlice(in.readUnsignedShort()));
            }
            if (!hasAlgorithms) {
                rsa = true; // RFC 5246 §7.4.1.4.1 and what all clients know
                ecdsa = P256 | P384 | P521;
            }
            if (!isModern) {
                limitTo(suites);
            }
            return new ClientHello(name, ecdsa, rsa, ed25519);
        }

        private void extensions(ByteBuf all) {
            while (all.isReadable()) {
                int type = all.readUnsignedShort();
                ByteBuf content = all.readSlice(all.readUnsignedShort());
                switch (type) {
                    case SERVER_NAME -> serverName(content);
                    case SIGNATURE_ALGORITHMS -> algorithms(content);
                    case SUPPORTED_VERSIONS -> versions(content);
                    default -> {}
                }
            }
        }

        private void serverName(ByteBuf content) {
            ByteBuf list = content.readSlice(content.readUnsignedShort());
            while (list.isReadable()) {
                int type = list.readUnsignedByte();
                ByteBuf text = list.readSlice(list.readUnsignedShort());
                if (type == 0) {
                    name = text.toString(StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
                }
            }
        }

        private void algorithms(ByteBuf content) {
            hasAlgorithms = true;
            ByteBuf list = content.readSlice(content.readUnsignedShort());
            while (list.readableBytes() >= 2) {
                switch (list.readUnsignedShort()) {
                    case 0x0403 -> ecdsa |= P256;
                    case 0x0503 -> ecdsa |= P384;
                    case 0x0603 -> ecdsa |= P521;
                    case 0x0807 -> ed25519 = true;
                    case 0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806 -> rsa = true;
                    default -> {}
                }
            }
        }

        private void versions(ByteBuf content) {
            ByteBuf list = content.readSlice(content.readUnsignedByte());
            while (list.readableBytes() >= 2) {
                isModern |= list.readUnsignedShort() == TLS_1_3;
            }
        }

        /** Up to TLS 1.2 the cipher suite says how the certificate's key is used. */
        private void limitTo(ByteBuf suites) {
            boolean forEcdsa = false;
            boolean forRsa = false;
            while (suites.readableBytes() >= 2) {
                int suite = suites.readUnsignedShort();
                if ((suite & 0x0f0f) == 0x0a0a) {
                    continue; // RFC 8701: means nothing
                }
                forEcdsa |= suite == 0xc02b || suite == 0xc02c || suite == 0xcca9 || suite >= 0xc006 && suite <= 0xc00a;
                forEcdsa |= suite == 0xc023 || suite == 0xc024;
                forRsa |= suite == 0xc02f || suite == 0xc030 || suite == 0xcca8 || suite >= 0xc010 && suite <= 0xc014;
                forRsa |= suite == 0xc027 || suite == 0xc028 || suite < 0xc000 && suite != 0x00ff;
            }
            if (!forEcdsa) {
                ecdsa = 0;
                ed25519 = false;
            }
            rsa &= forRsa;
        }
    }
}
