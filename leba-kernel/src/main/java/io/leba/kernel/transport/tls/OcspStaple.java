package io.leba.kernel.transport.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An issuer's word that a certificate is not revoked (OCSP, RFC 6960), to be shown to clients beside the certificate.
 *
 * @param response as it is sent
 * @param until when it is too old
 */
record OcspStaple(byte[] response, Instant until) {
    private static final String BASIC = "1.3.6.1.5.5.7.48.1.1";
    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final Map<String, String> HASHES =
            Map.of("1.3.14.3.2.26", "SHA-1", "2.16.840.1.101.3.4.2.1", "SHA-256");
    private static final List<String> REFUSALS =
            List.of("", "malformed request", "internal error", "try later", "", "signature required", "unauthorized");

    /**
     * Reads a response and checks that it is about this certificate, good, and of this time; and that the issuer has signed it, if
     * the issuer's certificate is in the chain.
     *
     * @throws IOException if it must not be stapled, with the file and the reason
     */
    static OcspStaple read(Path file, X509Certificate[] chain, Instant now) throws IOException {
        byte[] bytes = PemIdentity.bytes(file);
        Single single;
        try {
            single = Single.of(bytes, chain);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": is no OCSP response in DER form: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        if (single.from.minus(SKEW).isAfter(now)) {
            throw new IOException(file + ": the OCSP response is not valid before " + single.from);
        }
        if (!single.until.isAfter(now)) {
            throw new IOException(file + ": the OCSP response was valid until " + single.until + "; fetch a new one");
        }
        return new OcspStaple(bytes, single.until);
    }

    /** What the response says of one certificate. */
    private record Single(Instant from, Instant until) {
        static Single of(byte[] bytes, X509Certificate[] chain) throws GeneralSecurityException {
            Der response = new Der(bytes).element(Der.SEQUENCE);
            int status = response.element(Der.ENUMERATED).integer().intValue();
            if (status != 0) {
                throw new GeneralSecurityException("the OCSP responder has refused: "
                        + (status < REFUSALS.size() && status > 0 ? REFUSALS.get(status) : "status " + status));
            }
            Der carried = response.element(0xa0).element(Der.SEQUENCE);
            String type = carried.element(Der.OID).oid();
            if (!type.equals(BASIC)) {
                throw new IllegalArgumentException("the type " + type + " is not the basic one");
            }
            Der basic = new Der(carried.element(Der.OCTETS).content()).element(Der.SEQUENCE);
            byte[] signed = basic.whole(Der.SEQUENCE);
            String algorithm = basic.element(Der.SEQUENCE).element(Der.OID).oid();
            byte[] bits = basic.element(Der.BIT_STRING).content();
            Single found = find(new Der(signed).element(Der.SEQUENCE), chain);
            if (chain.length > 1) {
                byte[] signature = Arrays.copyOfRange(bits, Math.min(1, bits.length), bits.length);
                verify(chain[1], signers(basic), algorithm, signed, signature);
            }
            return found;
        }

        private static Single find(Der data, X509Certificate[] chain) throws GeneralSecurityException {
            data.skip(0xa0); // version
            data.skip(0xa1); // responder by name
            data.skip(0xa2); // responder by key
            data.element(Der.TIME);
            Der all = data.element(Der.SEQUENCE);
            while (all.hasMore()) {
                Der one = all.element(Der.SEQUENCE);
                boolean isAsked = isAbout(one.element(Der.SEQUENCE), chain);
                int status = one.tag();
                one.element(status);
                Instant from = one.element(Der.TIME).time();
                Instant until = one.tag() == 0xa0
                        ? one.element(0xa0).element(Der.TIME).time()
                        : from.plus(Duration.ofDays(1)); // newer information is available all the time
                if (isAsked) {
                    if (status != 0x80) {
                        throw new GeneralSecurityException(
                                status == 0xa1
                                        ? "the OCSP response says that the certificate is revoked; replace it"
                                        : "the OCSP response says that the certificate is not known");
                    }
                    return new Single(from, until);
                }
            }
            throw new GeneralSecurityException("the OCSP response is about another certificate than "
                    + chain[0].getSerialNumber().toString(16) + " of " + chain[0].getIssuerX500Principal());
        }

        private static boolean isAbout(Der id, X509Certificate[] chain) throws GeneralSecurityException {
            String algorithm = id.element(Der.SEQUENCE).element(Der.OID).oid();
            byte[] name = id.element(Der.OCTETS).content();
            id.element(Der.OCTETS); // the issuer's key; its signature is looked at
            boolean isSerial = id.element(Der.INTEGER).integer().equals(chain[0].getSerialNumber());
            String hash = HASHES.get(algorithm);
            if (!isSerial || hash == null) {
                return false;
            }
            byte[] issuer = chain[0].getIssuerX500Principal().getEncoded();
            return Arrays.equals(name, MessageDigest.getInstance(hash).digest(issuer));
        }

        /** The certificates that come with the response. */
        private static List<X509Certificate> signers(Der basic) throws GeneralSecurityException {
            List<X509Certificate> signers = new ArrayList<>();
            if (basic.tag() == 0xa0) {
                Der certificates = basic.element(0xa0).element(Der.SEQUENCE);
                CertificateFactory factory = CertificateFactory.getInstance("X.509");
                while (certificates.hasMore()) {
                    signers.add((X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(certificates.whole(Der.SEQUENCE))));
                }
            }
            return signers;
        }

        /** By the issuer, or by whom the issuer has told to. */
        private static void verify(
                X509Certificate issuer, List<X509Certificate> others, String algorithm, byte[] signed, byte[] signature)
                throws GeneralSecurityException {
            if (isBy(issuer.getPublicKey(), algorithm, signed, signature)) {
                return;
            }
            for (X509Certificate other : others) {
                if (other.getExtendedKeyUsage() != null
                        && other.getExtendedKeyUsage().contains(OCSP_SIGNING)
                        && isIssued(other, issuer)
                        && isBy(other.getPublicKey(), algorithm, signed, signature)) {
                    return;
                }
            }
            throw new GeneralSecurityException(
                    "the OCSP response is not signed by " + issuer.getSubjectX500Principal());
        }

        private static boolean isIssued(X509Certificate one, X509Certificate issuer) {
            try {
                one.verify(issuer.getPublicKey());
                return true;
            } catch (GeneralSecurityException e) {
                return false;
            }
        }

        private static boolean isBy(PublicKey key, String algorithm, byte[] signed, byte[] signature) {
            try {
                Signature check = Signature.getInstance(algorithm);
                check.initVerify(key);
                check.update(signed);
                return check.verify(signature);
            } catch (GeneralSecurityException e) {
                return false;
            }
        }
    }
}
