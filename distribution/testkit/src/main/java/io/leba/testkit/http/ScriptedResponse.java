package io.leba.testkit.http;

import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpResponse;

/** A response's head that a test writes. One thread. */
public final class ScriptedResponse extends ScriptedHead implements HttpResponse {
    private final int status;
    private final boolean isFromBackend;

    private ScriptedResponse(int status, boolean isFromBackend) {
        this.status = status;
        this.isFromBackend = isFromBackend;
    }

    /** A backend's response. */
    public static ScriptedResponse of(int status) {
        ScriptedResponse response = new ScriptedResponse(status, true);
        response.write("Content-Type", "text/plain");
        return response;
    }

    /** What LEBA, or a filter, answered. */
    public static ScriptedResponse of(HttpAnswer answer) {
        ScriptedResponse response = new ScriptedResponse(answer.status(), false);
        answer.headers().forEach(field -> response.write(field.getKey(), field.getValue()));
        return response;
    }

    /** With a further field. */
    public ScriptedResponse with(String name, String value) {
        write(name, value);
        return this;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public boolean isFromBackend() {
        return isFromBackend;
    }
}
