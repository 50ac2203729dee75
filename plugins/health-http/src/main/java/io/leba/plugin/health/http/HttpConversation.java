package io.leba.plugin.health.http;

import io.leba.spi.health.Conversation;
import io.leba.spi.health.ProbeResult;
import java.nio.ByteBuffer;
import java.util.Optional;

/** One request and its answer. The verdict falls as early as it can: without a wish about the body, at the end of the head. */
final class HttpConversation implements Conversation {
    private final ByteBuffer request;
    private final ResponseReader reader;
    private final StatusSet expected;
    private final Optional<BodyExpectation> body;

    HttpConversation(ByteBuffer request, ResponseReader reader, StatusSet expected, Optional<BodyExpectation> body) {
        this.request = request;
        this.reader = reader;
        this.expected = expected;
        this.body = body;
    }

    @Override
    public Step opened() {
        return Step.send(request);
    }

    @Override
    public Step received(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                reader.read(bytes, body);
                Optional<ProbeResult> verdict = verdict(false);
                if (verdict.isPresent()) {
                    return Step.done(verdict.get());
                }
            }
            return Step.await();
        } catch (MalformedResponse e) {
            return Step.done(ProbeResult.down(e.getMessage()));
        }
    }

    @Override
    public ProbeResult closed() {
        if (!reader.hasStatus()) {
            return ProbeResult.down(
                    reader.isUntouched() ? "closed without an answer" : "closed in the middle of the response head");
        }
        return verdict(true).orElseGet(() -> ProbeResult.down("closed in the middle of the body"));
    }

    private Optional<ProbeResult> verdict(boolean isClosed) {
        if (!reader.hasStatus()) {
            return Optional.empty();
        }
        if (!expected.contains(reader.status())) {
            return Optional.of(ProbeResult.down("status " + reader.status() + ", expected " + expected));
        }
        if (body.isEmpty()) {
            return Optional.of(ProbeResult.up());
        }
        return body.get().verdict(reader.isComplete() || (isClosed && reader.endsWithConnection()));
    }
}
