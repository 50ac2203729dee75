package io.leba.testkit.http;

import io.leba.spi.http.HttpRequest;

/** A request's head that a test writes. One thread. */
public final class ScriptedRequest extends ScriptedHead implements HttpRequest {
    private final String method;
    private String target;
    private String host = "example.com";
    private boolean isSecure;

    private ScriptedRequest(String method, String target) {
        this.method = method;
        this.target = target;
        write("Host", host);
    }

    /** A request for {@code example.com} over HTTP/1.1. */
    public static ScriptedRequest of(String method, String target) {
        return new ScriptedRequest(method, target);
    }

    /** With a further field. */
    public ScriptedRequest with(String name, String value) {
        write(name, value);
        return this;
    }

    /** That came in TLS. */
    public ScriptedRequest secure() {
        isSecure = true;
        return this;
    }

    @Override
    public String method() {
        return method;
    }

    /** The target as it stands now. */
    public String target() {
        return target;
    }

    @Override
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    @Override
    public String query() {
        int query = target.indexOf('?');
        return query < 0 ? null : target.substring(query + 1);
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public String scheme() {
        return isSecure ? "https" : "http";
    }

    @Override
    public int version() {
        return 11;
    }

    @Override
    public void setTarget(String pathAndQuery) {
        if (!pathAndQuery.startsWith("/") || pathAndQuery.chars().anyMatch(c -> c <= ' ' || c >= 127)) {
            throw new IllegalArgumentException("'" + pathAndQuery + "' is no absolute path");
        }
        target = pathAndQuery;
    }

    @Override
    public void setHost(String other) {
        if (other.isEmpty() || other.chars().anyMatch(c -> c <= ' ' || c >= 127 || c == '/' || c == '@')) {
            throw new IllegalArgumentException("'" + other + "' is no authority");
        }
        host = other;
    }
}
