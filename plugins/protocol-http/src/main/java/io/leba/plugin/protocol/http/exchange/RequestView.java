package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.HeadEdits;
import io.leba.plugin.protocol.http.head.HeadText;
import io.leba.plugin.protocol.http.head.KnownField;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.plugin.protocol.http.head.RequestLine;
import io.leba.spi.http.HttpRequest;
import java.util.function.BiConsumer;

/** A request as filters see it: the bytes with the notes of what is to change. */
final class RequestView implements HttpRequest {
    private final Exchange exchange;
    private final RequestHead head;
    private final HeadEdits edits;

    RequestView(Exchange exchange, HeadEdits edits) {
        this.exchange = exchange;
        this.head = exchange.request();
        this.edits = edits;
    }

    @Override
    public String method() {
        return HeadText.of(head, 0, head.line().methodEnd());
    }

    @Override
    public String path() {
        String target = target();
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    @Override
    public String query() {
        String target = target();
        int query = target.indexOf('?');
        return query < 0 ? null : target.substring(query + 1);
    }

    private String target() {
        if (edits.target() != null) {
            return HeadText.of(edits.target());
        }
        RequestLine line = head.line();
        String target = HeadText.of(head, line.pathStart(), line.targetEnd());
        return line.isPathLeftOut() ? line.impliedPath() + target : target;
    }

    @Override
    public String host() {
        if (edits.host() != null) {
            return HeadText.of(edits.host());
        }
        return head.hasHost() ? HeadText.of(head, head.hostStart(), head.hostEnd()) : null;
    }

    @Override
    public String scheme() {
        return exchange.client().connection().isSecure() ? "https" : "http";
    }

    @Override
    public int version() {
        return exchange.client().version();
    }

    @Override
    public void setTarget(String pathAndQuery) {
        HeadText.requireTarget(pathAndQuery);
        edits.setTarget(pathAndQuery);
    }

    @Override
    public void setHost(String host) {
        HeadText.requireHost(host);
        edits.setHost(host);
    }

    @Override
    public String header(String name) {
        if (name.equalsIgnoreCase("host")) {
            return host();
        }
        return edits.first(head, name, this::isVisible);
    }

    @Override
    public void forEachHeader(BiConsumer<String, String> consumer) {
        edits.forEach(head, this::isVisible, (name, value) -> {
            boolean isHost = edits.host() != null && name.equalsIgnoreCase("host");
            consumer.accept(name, isHost ? host() : value);
        });
    }

    /** What a client that is not trusted says about where its request comes from is as if it were not there. */
    private boolean isVisible(int field) {
        int id = head.id(field);
        return client().isTrusted() || id < KnownField.X_FORWARDED_FOR || id > KnownField.ORIGIN_CLAIM;
    }

    private ClientStream client() {
        return exchange.client();
    }

    @Override
    public void setHeader(String name, String value) {
        if (name.equalsIgnoreCase("host")) {
            setHost(value);
            return;
        }
        HeadText.requireField(name, value);
        edits.set(name, value);
    }

    @Override
    public void addHeader(String name, String value) {
        if (name.equalsIgnoreCase("host")) {
            throw new IllegalArgumentException("a request has one Host; set it instead of adding to it");
        }
        HeadText.requireField(name, value);
        edits.add(name, value);
    }

    @Override
    public void removeHeader(String name) {
        if (name.equalsIgnoreCase("host")) {
            throw new IllegalArgumentException("a request has one Host; set it instead of removing it");
        }
        HeadText.requireName(name);
        edits.remove(name);
    }
}
