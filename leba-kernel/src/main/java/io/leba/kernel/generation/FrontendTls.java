package io.leba.kernel.generation;

import io.leba.kernel.config.Problems;
import io.leba.kernel.generation.Sections.FrontendSection;
import io.leba.kernel.traffic.Frontend;
import io.leba.kernel.traffic.ProxyIn;
import io.leba.kernel.transport.tls.ServerTls;
import io.leba.kernel.transport.tls.ServerTlsSettings;
import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.leba.kernel.transport.tls.ServerTlsSettings.Clients;
import io.leba.kernel.transport.tls.ServerTlsSettings.Handshakes;
import io.leba.kernel.transport.tls.ServerTlsSettings.Tickets;
import io.leba.kernel.transport.tls.TlsTerms;
import io.leba.spi.OnControl;
import io.leba.spi.protocol.QuicTerms;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes the TLS of one generation's frontends. What a frontend has already stays if it does the same. */
@OnControl
final class FrontendTls {
    private final Optional<TlsConfig> shared;
    private final boolean isSharedBroken;
    private final Problems problems;
    private final Obtaining obtaining;
    private final Services services;

    /** @param isSharedBroken whether {@code tls_config} has problems, which are reported already */
    FrontendTls(
            Optional<TlsConfig> shared,
            boolean isSharedBroken,
            Problems problems,
            Obtaining obtaining,
            Services services) {
        this.shared = shared.filter(TlsConfig::enabled);
        this.isSharedBroken = isSharedBroken;
        this.problems = problems;
        this.obtaining = obtaining;
        this.services = services;
    }

    /**
     * What a frontend is to have; empty if it speaks in the clear, or has problems.
     *
     * @param speaking its protocols
     * @param before what it has
     */
    Optional<ServerTls> of(FrontendSection section, List<Frontend.Service> speaking, Optional<ServerTls> before) {
        FrontendConfig config = section.config();
        Optional<TlsConfig> own = config.tls().filter(TlsConfig::enabled);
        boolean secure = section.detects()
                ? speaking.stream().anyMatch(Frontend.Service::isSecure)
                : section.spoken().get(0).word().secure();
        if (!secure) {
            own.ifPresent(tls -> problems.add(
                    tls.position(),
                    notSecure(config.protocol(), section.spoken().get(0).word())));
            return Optional.empty();
        }
        Optional<TlsConfig> chosen = own.or(() -> shared);
        if (chosen.isEmpty()) {
            if (!isSharedBroken) {
                problems.add(
                        config.position(),
                        "protocol " + config.protocol()
                                + " needs a certificate: set tls_config {enabled: true, cert_file, key_file}, or tls here");
            }
            return Optional.empty();
        }
        TlsConfig tls = chosen.get();
        Optional<List<String>> offered = offered(tls, speaking, section);
        if (offered.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ServerTls.of(
                    "frontend " + config.nameOrDefault(),
                    settings(tls, offered.get(), offeredOverQuic(speaking)),
                    services.loops().loops(),
                    services.time(),
                    before));
        } catch (IOException e) {
            problems.addForeign(tls.position(), e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * How a frontend is served over QUIC; empty if it is not.
     *
     * @param encrypted its TLS, if it has any
     */
    Optional<QuicTerms> overQuic(
            FrontendConfig config, List<Frontend.Service> speaking, Optional<ServerTls> encrypted, ProxyIn proxy) {
        if (speaking.stream().noneMatch(Frontend.Service::isSecure)
                && speaking.stream().anyMatch(one -> one.protocol().quic().isPresent())) {
            problems.add(
                    config.position(),
                    "HTTP/3 is asked for in the clear, where there is none; use protocol https, or remove http3");
        }
        Optional<QuicTerms> terms =
                encrypted.filter(ServerTls::servesQuic).flatMap(served -> Frontend.quicTerms(speaking));
        if (terms.isPresent() && !proxy.equals(ProxyIn.OFF)) {
            problems.add(
                    config.position(),
                    "HTTP/3 is asked for, where the PROXY protocol cannot say who a client is; switch one of the two off");
        }
        return terms;
    }

    /** That {@code tls} stands where nobody speaks it. */
    static String notSecure(String protocol, Sections.ProtocolWord word) {
        String secure = word.owner().provider().secureType();
        return "protocol '" + protocol + "' is not a secure one"
                + (secure.isEmpty() ? "; remove tls" : "; use " + secure + ", or remove tls");
    }

    private static List<String> offeredOverQuic(List<Frontend.Service> speaking) {
        return Frontend.quicTerms(speaking).map(QuicTerms::applicationProtocols).orElse(List.of());
    }

    private static ServerTlsSettings settings(TlsConfig tls, List<String> offered, List<String> overQuic) {
        List<CertificateFiles> certificates = new ArrayList<>();
        tls.certFile()
                .ifPresent(file -> certificates.add(
                        new CertificateFiles(file, tls.keyFile().orElseThrow(), tls.ocspFile())));
        tls.certificates()
                .forEach(one -> certificates.add(new CertificateFiles(one.certFile(), one.keyFile(), one.ocspFile())));
        TlsConfig.TicketConfig tickets = tls.sessionTickets();
        return new ServerTlsSettings(
                List.copyOf(certificates),
                tls.strictSni(),
                new TlsTerms(tls.engine(), BackendTlsConfig.version(tls.minVersion()), tls.ciphers()),
                offered,
                overQuic,
                new Clients(tls.clientAuth(), tls.clientCaFile(), tls.crlFile()),
                new Tickets(tickets.enabled(), tickets.lifetime(), tickets.rotation()),
                new Handshakes(tls.handshakeTimeout(), tls.maxHandshakes()));
    }

    /** What ALPN offers: all that the frontend's protocols can do, or what is written of it. */
    private Optional<List<String>> offered(TlsConfig tls, List<Frontend.Service> speaking, FrontendSection section) {
        Set<String> able = new LinkedHashSet<>();
        for (Frontend.Service service : speaking) {
            if (!service.isSecure()) {
                continue;
            }
            List<String> own = obtaining.guarded(
                    section.config().position(),
                    () -> List.copyOf(service.protocol().applicationProtocols()));
            if (own != null) {
                able.addAll(own);
            }
        }
        for (String name : tls.alpn()) {
            if (!able.isEmpty() && !able.contains(name)) {
                problems.add(
                        Obtaining.below(tls.position(), "alpn"),
                        "protocol " + section.config().protocol() + " does not speak '" + name + "'"
                                + Choices.oneOf(List.copyOf(able)));
                return Optional.empty();
            }
        }
        return Optional.of(tls.alpn().isEmpty() ? List.copyOf(able) : tls.alpn());
    }
}
