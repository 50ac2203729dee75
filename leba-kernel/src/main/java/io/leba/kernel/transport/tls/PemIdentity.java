package io.leba.kernel.transport.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate chain and its private key from PEM files: PKCS #8, and the older forms for RSA (PKCS #1, RFC 8017) and
 * elliptic curves (RFC 5915).
 */
record PemIdentity(PrivateKey key, X509Certificate[] chain) {
    /** SHA-256 of the whole chain. The key needs none of its own: it has to fit the leaf. */
    String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (X509Certificate certificate : chain) {
                digest.update(certificate.getEncoded());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:[A-Z]+ )*)PRIVATE KEY-----([^-]*)-----END \\1PRIVATE KEY-----");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final byte[] VERSION = {0x02, 0x01, 0x00};
    private static final byte[] RSA_ALGORITHM = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    /** Reads both files and checks that they belong together. */
    static PemIdentity read(Path certificateFile, Path keyFile) throws IOException {
        PemIdentity identity = readUnchecked(certificateFile, keyFile);
        identity.check(certificateFile, keyFile);
        return identity;
    }

    /** Reads both files; {@link #check} is to follow. */
    static PemIdentity readUnchecked(Path certificateFile, Path keyFile) throws IOException {
        X509Certificate[] chain = certificates(certificateFile);
        return new PemIdentity(key(keyFile, chain[0]), chain);
    }

    static X509Certificate[] certificates(Path file) throws IOException {
        byte[] bytes = bytes(file);
        try {
            X509Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .toArray(X509Certificate[]::new);
            if (chain.length == 0) {
                throw new IOException(file + ": holds no certificate; expected PEM with BEGIN CERTIFICATE");
            }
            return chain;
        } catch (CertificateException e) {
            throw new IOException(file + ": is no certificate in PEM form: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file, X509Certificate certificate) throws IOException {
        Matcher block = KEY.matcher(new String(bytes(file), StandardCharsets.ISO_8859_1));
        if (!block.find()) {
            throw new IOException(file + ": holds no private key; expected PEM with BEGIN PRIVATE KEY");
        }
        String form = block.group(1).trim();
        if (form.equals("ENCRYPTED") || block.group(2).contains("ENCRYPTED")) {
            throw new IOException(file + ": the private key is encrypted; decrypt it with 'openssl pkey -in "
                    + file.getFileName() + "'");
        }
        String algorithm = certificate.getPublicKey().getAlgorithm();
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            byte[] pkcs8 = switch (form) {
                case "" -> der;
                case "RSA" -> sequence(VERSION, RSA_ALGORITHM, element(OCTETS, der));
                case "EC" -> sequence(VERSION, algorithmOf(certificate), element(OCTETS, der));
                default ->
                    throw new IOException(file + ": a private key of the form " + form
                            + " is not supported; convert it with 'openssl pkcs8 -topk8 -nodes'");
            };
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    file + ": is no " + algorithm + " private key, which the certificate asks for: " + e.getMessage(),
                    e);
        }
    }

    /** The algorithm with its curve, as the certificate's public key begins. */
    private static byte[] algorithmOf(X509Certificate certificate) {
        byte[] publicKey = certificate.getPublicKey().getEncoded();
        int at = 2 + ((publicKey[1] & 0x80) == 0 ? 0 : publicKey[1] & 0x7f);
        return java.util.Arrays.copyOfRange(publicKey, at, at + 2 + publicKey[at + 1]);
    }

    private static byte[] sequence(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return element(SEQUENCE, all.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else {
            int octets = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            out.write(0x80 | octets);
            for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8) {
                out.write(length >>> shift);
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    /** Signs with the one and verifies with the other: a key that belongs to another certificate fails each handshake. */
    void check(Path certificateFile, Path keyFile) throws IOException {
        String algorithm = key.getAlgorithm().toUpperCase(Locale.ROOT);
        String signing = algorithm.equals("RSA")
                ? "SHA256withRSA"
                : algorithm.equals("EC") ? "SHA256withECDSA" : key.getAlgorithm();
        byte[] message = {1, 2, 3};
        boolean fits;
        try {
            Signature signature = Signature.getInstance(signing);
            signature.initSign(key);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(chain[0].getPublicKey());
            signature.update(message);
            fits = signature.verify(signed);
        } catch (GeneralSecurityException e) {
            fits = false;
        }
        if (!fits) {
            throw new IOException(keyFile + ": is not the private key of the first certificate in " + certificateFile);
        }
    }

    static byte[] bytes(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
