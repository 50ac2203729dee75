package io.leba.plugin.filter.headers;

import io.leba.spi.OnLoop;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpHeaders;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.HttpResponse;
import io.leba.spi.http.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Changes fields as configured. The request stays attached where a value of the response speaks of it. */
@OnLoop
final class Headers implements HttpFilter {
    private final Changes request;
    private final Changes response;
    private final boolean keepsRequest;

    Headers(HeadersConfig config) {
        request = Changes.of(config.request());
        response = Changes.of(config.response());
        keepsRequest = response.set().stream().anyMatch(field -> !field.value().isConstant())
                || response.add().stream().anyMatch(field -> !field.value().isConstant());
    }

    /** A field to write. */
    private record Field(String name, Template value, boolean isHost) {
        static List<Field> of(Map<String, String> written) {
            List<Field> fields = new ArrayList<>();
            written.forEach((name, value) ->
                    fields.add(new Field(name, Template.of(name, value), name.equalsIgnoreCase("host"))));
            return List.copyOf(fields);
        }
    }

    private record Changes(List<String> remove, List<Field> set, List<Field> add) {
        static Changes of(HeadersConfig.Changes written) {
            return new Changes(List.copyOf(written.remove()), Field.of(written.set()), Field.of(written.add()));
        }
    }

    @Override
    public Verdict onRequest(HttpRequest head, HttpExchange exchange) {
        if (keepsRequest) {
            exchange.attach(this, head);
        }
        for (int i = 0; i < request.set().size(); i++) {
            Field field = request.set().get(i);
            if (field.isHost()) {
                head.setHost(field.value().of(head, exchange));
            }
        }
        apply(request, head, head, exchange);
        return Verdict.proceed();
    }

    @Override
    public void onResponse(HttpResponse head, HttpExchange exchange) {
        apply(response, head, (HttpRequest) exchange.attachment(this), exchange);
    }

    private static void apply(Changes changes, HttpHeaders head, HttpRequest of, HttpExchange exchange) {
        for (int i = 0; i < changes.remove().size(); i++) {
            head.removeHeader(changes.remove().get(i));
        }
        for (int i = 0; i < changes.set().size(); i++) {
            Field field = changes.set().get(i);
            if (!field.isHost() || head != of) {
                head.setHeader(field.name(), field.value().of(of, exchange));
            }
        }
        for (int i = 0; i < changes.add().size(); i++) {
            Field field = changes.add().get(i);
            head.addHeader(field.name(), field.value().of(of, exchange));
        }
    }
}
