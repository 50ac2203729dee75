package com.example.lines;

import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Group;
import io.leba.spi.protocol.Loop.Deadline;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Tried;
import java.util.function.Consumer;

/**
 * One line and its answer. Each view entered is left once, and each backend picked is finished once, whatever happens; that is
 * all that the kernel asks of a protocol. On its loop.
 */
final class Exchange implements ConnectionPool.OnConnect<BackendLines> {
    private final Lines lines;
    private final ClientConnection client;
    private final byte[] request;
    private final Consumer<byte[]> onAnswer;
    private final FrontendView view;
    private final Group group;
    private final Tried tried = new Tried();
    private final Deadline deadline;
    private Backend backend;
    private BackendLines connection;
    private long pickedNanos;
    private boolean isReused;
    private boolean isOver;

    Exchange(Lines lines, ClientConnection client, byte[] request, Consumer<byte[]> onAnswer) {
        this.lines = lines;
        this.client = client;
        this.request = request;
        this.onAnswer = onAnswer;
        this.view = client.enter();
        this.group = ((Lines.Target) view.table()).group().orElse(null);
        this.deadline = client.loop().deadline(this::expired);
    }

    void begin() {
        deadline.arm(lines.answerMillis());
        if (group == null) {
            end(Outcome.UNAVAILABLE, ClientLines.error("no group"));
        } else {
            pick();
        }
    }

    private void pick() {
        backend = group.pick(client.loop(), key -> Group.ExchangeKeys.ABSENT, tried);
        if (backend == null) {
            end(Outcome.UNAVAILABLE, ClientLines.error("no backend"));
            return;
        }
        pickedNanos = client.loop().coarseNanos();
        BackendLines idle = client.pool().poll(backend, lines.opener());
        isReused = idle != null;
        if (isReused) {
            connected(idle);
        } else {
            client.pool().connect(group, backend, lines.opener(), this);
        }
    }

    @Override
    public void connected(BackendLines opened) {
        if (isOver) {
            opened.channel().close();
            return;
        }
        connection = opened;
        opened.ask(this, request);
    }

    @Override
    public void failed(Throwable cause, boolean isTimeout) {
        if (isOver) {
            return;
        }
        Outcome outcome = isTimeout ? Outcome.BACKEND_TIMEOUT : Outcome.CONNECT_FAILED;
        if (tried.size() <= group.connectRetries()) {
            finish(outcome);
            pick();
        } else {
            end(outcome, ClientLines.error("no connection"));
        }
    }

    /** The backend's line. */
    void answered(byte[] line) {
        BackendLines used = connection;
        connection = null;
        end(Outcome.SUCCESS, line);
        client.pool().release(used);
    }

    /** The backend's connection is gone. An idle one may have been closed just before it was used: that is nobody's fault. */
    void lost() {
        connection = null;
        if (isReused) {
            isReused = false;
            client.pool().connect(group, backend, lines.opener(), this);
        } else {
            end(Outcome.BACKEND_RESET, ClientLines.error("lost"));
        }
    }

    private void expired() {
        end(Outcome.BACKEND_TIMEOUT, ClientLines.error("no answer in time"));
    }

    /** The client is gone. */
    void abort(Outcome outcome) {
        if (!isOver) {
            over(outcome, 0);
        }
    }

    private void end(Outcome outcome, byte[] answer) {
        if (!isOver) {
            over(outcome, answer.length + 1L);
            onAnswer.accept(answer);
        }
    }

    private void over(Outcome outcome, long bytesOut) {
        isOver = true;
        deadline.close();
        finish(outcome);
        if (connection != null) {
            connection.forget();
            connection = null;
        }
        view.exit(client.loop(), outcome, request.length + 1L, bytesOut);
    }

    private void finish(Outcome outcome) {
        if (backend != null) {
            group.finish(client.loop(), backend, outcome, client.loop().coarseNanos() - pickedNanos);
            backend = null;
        }
    }
}
