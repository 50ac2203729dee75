package io.leba.spi.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * A client's verified certificate (RFC 5280). Each fact is worked out when it is asked for first, and kept: ask on one thread.
 * Hexadecimal is in lower case without separators.
 */
public final class ClientCertificate {
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int ADDRESS = 7;

    private final X509Certificate certificate;
    private final List<X509Certificate> chain;
    private String subject;
    private String fingerprint;
    private String keyFingerprint;
    private List<Name> names;

    /**
     * A certificate with what the client sent along.
     *
     * @param chain the client's own first; at least one
     */
    public ClientCertificate(List<X509Certificate> chain) {
        this.chain = List.copyOf(chain);
        this.certificate = this.chain.get(0);
    }

    private record Name(int kind, String text) {}

    /** The certificate itself. */
    public X509Certificate x509() {
        return certificate;
    }

    /** The certificate and those that the client sent to lead to a root, its own first. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** The subject's distinguished name (RFC 2253), {@code CN=orders,O=Example}; empty if it has none. */
    public String subject() {
        if (subject == null) {
            subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
        }
        return subject;
    }

    /** The issuer's distinguished name (RFC 2253). */
    public String issuer() {
        return certificate.getIssuerX500Principal().getName(X500Principal.RFC2253);
    }

    /** The serial number, hexadecimal. */
    public String serial() {
        return certificate.getSerialNumber().toString(16);
    }

    /** DNS names among the subject's alternative names. */
    public List<String> dnsNames() {
        return names(DNS);
    }

    /** URIs among the subject's alternative names, such as a SPIFFE id. */
    public List<String> uris() {
        return names(URI);
    }

    /** Mail addresses among the subject's alternative names. */
    public List<String> emails() {
        return names(EMAIL);
    }

    /** IP addresses among the subject's alternative names, in the usual notation. */
    public List<String> addresses() {
        return names(ADDRESS);
    }

    /** SHA-256 of the certificate (DER), hexadecimal. */
    public String fingerprint() {
        if (fingerprint == null) {
            fingerprint = sha256(der());
        }
        return fingerprint;
    }

    /** SHA-256 of the public key (SubjectPublicKeyInfo, as in RFC 7469), hexadecimal; outlives a renewal with the same key. */
    public String keyFingerprint() {
        if (keyFingerprint == null) {
            keyFingerprint = sha256(certificate.getPublicKey().getEncoded());
        }
        return keyFingerprint;
    }

    /** The certificate in DER. */
    public byte[] der() {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e); // it came over the wire
        }
    }

    private List<String> names(int kind) {
        if (names == null) {
            names = alternatives(certificate);
        }
        return names.stream()
                .filter(name -> name.kind() == kind)
                .map(Name::text)
                .toList();
    }

    private static List<Name> alternatives(X509Certificate certificate) {
        List<Name> found = new ArrayList<>();
        try {
            if (certificate.getSubjectAlternativeNames() != null) {
                for (List<?> name : certificate.getSubjectAlternativeNames()) {
                    if (name.get(1) instanceof String text) {
                        int kind = (Integer) name.get(0);
                        found.add(new Name(kind, kind == ADDRESS ? compact(text) : text));
                    }
                }
            }
        } catch (CertificateParsingException e) {
            return List.of(); // names that nobody can read are no names
        }
        return found;
    }

    /** The JDK writes IPv6 addresses in full. A literal needs no lookup. */
    private static String compact(String address) {
        try {
            return InetAddress.getByName(address).getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    /** The subject. */
    @Override
    public String toString() {
        return subject();
    }
}
