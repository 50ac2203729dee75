package io.leba.testkit.http;

import io.leba.spi.balance.Backend;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.Verdict;
import io.leba.testkit.balance.ScriptedBackends;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One exchange, taken through a filter step by step as an engine would: {@link #request}, {@link #response}, {@link #complete}.
 * One thread.
 */
public final class ScriptedExchange implements HttpExchange {
    private final Map<Object, Object> attachments = new IdentityHashMap<>();
    private final ScriptedRequest request;
    private final int loop;
    private InetSocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    private Backend backend;
    private int status;
    private long startNanos;
    private boolean isBegun;

    private ScriptedExchange(ScriptedRequest request, int loop) {
        this.request = request;
        this.loop = loop;
    }

    /** An exchange on loop 0. */
    public static ScriptedExchange of(ScriptedRequest request) {
        return onLoop(request, 0);
    }

    /** An exchange on a loop. */
    public static ScriptedExchange onLoop(ScriptedRequest request, int loop) {
        return new ScriptedExchange(request, loop);
    }

    /** From this client. */
    public ScriptedExchange from(InetSocketAddress address) {
        client = address;
        return this;
    }

    /** That began at this time. */
    public ScriptedExchange at(long nanos) {
        startNanos = nanos;
        return this;
    }

    /** Shows the filter the request. */
    public Verdict request(HttpFilter filter) {
        isBegun = true;
        return filter.onRequest(request, this);
    }

    /** The request, with what was changed. */
    public ScriptedRequest request() {
        return request;
    }

    /** Shows the filter a response of a backend, and gives it back as changed. */
    public ScriptedResponse response(HttpFilter filter, ScriptedResponse response) {
        if (response.isFromBackend()) {
            backend = ScriptedBackends.equal(1).backend(0);
        }
        status = response.status();
        filter.onResponse(response, this);
        return response;
    }

    /** Ends it. */
    public void complete(HttpFilter filter) {
        if (isBegun) {
            isBegun = false;
            filter.onComplete(this);
            attachments.clear();
        }
    }

    /**
     * The whole of it: the request, if that proceeds a backend's response, otherwise the filter's answer, and the end.
     *
     * @return the answer, if the filter gave one
     */
    public Optional<HttpAnswer> run(HttpFilter filter, ScriptedResponse fromBackend) {
        Verdict verdict = request(filter);
        if (verdict instanceof Verdict.Await await) {
            verdict = await.stage().toCompletableFuture().join();
        }
        Optional<HttpAnswer> answer =
                verdict instanceof Verdict.Answer given ? Optional.of(given.answer()) : Optional.empty();
        response(filter, answer.map(ScriptedResponse::of).orElse(fromBackend));
        complete(filter);
        return answer;
    }

    @Override
    public int loop() {
        return loop;
    }

    @Override
    public InetSocketAddress client() {
        return client;
    }

    @Override
    public String frontend() {
        return "web";
    }

    @Override
    public String route() {
        return "";
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public long startNanos() {
        return startNanos;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public void attach(Object owner, Object value) {
        if (value == null) {
            attachments.remove(owner);
        } else {
            attachments.put(owner, value);
        }
    }

    @Override
    public Object attachment(Object owner) {
        return attachments.get(owner);
    }
}
