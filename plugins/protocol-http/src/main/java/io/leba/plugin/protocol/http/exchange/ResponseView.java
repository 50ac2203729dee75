package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.HeadEdits;
import io.leba.plugin.protocol.http.head.HeadText;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.leba.spi.http.HttpResponse;
import java.util.function.BiConsumer;

/** A response as filters see it: the bytes with the notes of what is to change. */
final class ResponseView implements HttpResponse {
    private final HeadEdits edits;
    private ResponseHead head;
    private boolean isFromBackend;

    ResponseView(HeadEdits edits) {
        this.edits = edits;
    }

    void show(ResponseHead shown, boolean fromBackend) {
        head = shown;
        isFromBackend = fromBackend;
    }

    @Override
    public int status() {
        return head.status();
    }

    @Override
    public boolean isFromBackend() {
        return isFromBackend;
    }

    @Override
    public String header(String name) {
        return edits.first(head, name, field -> true);
    }

    @Override
    public void forEachHeader(BiConsumer<String, String> consumer) {
        edits.forEach(head, field -> true, consumer);
    }

    @Override
    public void setHeader(String name, String value) {
        HeadText.requireField(name, value);
        edits.set(name, value);
    }

    @Override
    public void addHeader(String name, String value) {
        HeadText.requireField(name, value);
        edits.add(name, value);
    }

    @Override
    public void removeHeader(String name) {
        HeadText.requireName(name);
        edits.remove(name);
    }
}
