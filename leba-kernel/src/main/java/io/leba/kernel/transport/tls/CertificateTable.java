package io.leba.kernel.transport.tls;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the certificate that a client asks for by name, of several for one name the one that it can verify. Immutable. */
final class CertificateTable {
    private final Map<String, List<ServerCertificate>> byName = new HashMap<>();
    private final Map<String, List<ServerCertificate>> byParent = new HashMap<>();
    private final List<ServerCertificate> all;
    private final List<ServerCertificate> byDefault;
    private final boolean isStrict;

    /**
     * @param certificates the first is shown to clients that ask for none of the others, with those that have the same names
     * @param isStrict whether there is no such default
     */
    CertificateTable(List<ServerCertificate> certificates, boolean isStrict) {
        this.all = List.copyOf(certificates);
        this.isStrict = isStrict;
        Set<String> first = all.get(0).names();
        List<ServerCertificate> same = new ArrayList<>();
        Set<String> firstKinds = new HashSet<>();
        for (ServerCertificate certificate : all) {
            for (String name : certificate.names()) {
                if (name.startsWith("*.")) {
                    byParent.computeIfAbsent(name.substring(2), n -> new ArrayList<>())
                            .add(certificate);
                } else {
                    byName.computeIfAbsent(name, n -> new ArrayList<>()).add(certificate);
                }
            }
            if (certificate.names().equals(first)
                    && firstKinds.add(certificate.certificate().getPublicKey().getAlgorithm())) {
                same.add(certificate);
            }
        }
        byName.values().forEach(CertificateTable::order);
        byParent.values().forEach(CertificateTable::order);
        order(same);
        byDefault = List.copyOf(same);
    }

    private static void order(List<ServerCertificate> certificates) {
        certificates.sort(Comparator.comparingInt(ServerCertificate::rank));
    }

    /** All of them, in the order of the configuration. */
    List<ServerCertificate> all() {
        return all;
    }

    /** Whether there is only one answer. */
    boolean isSingle() {
        return all.size() == 1 && !isStrict;
    }

    /** The one for this client; null: it is to be refused. An exact name comes before a wildcard (RFC 9525 §6.3). */
    ServerCertificate find(ClientHello hello) {
        List<ServerCertificate> found = byName.get(hello.serverName());
        if (found == null) {
            int dot = hello.serverName().indexOf('.');
            found = dot <= 0 ? null : byParent.get(hello.serverName().substring(dot + 1));
        }
        if (found == null) {
            if (isStrict) {
                return null;
            }
            found = byDefault;
        }
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).suits(hello)) {
                return found.get(i);
            }
        }
        return found.get(0);
    }
}
