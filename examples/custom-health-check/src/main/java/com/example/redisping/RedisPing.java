package com.example.redisping;

import io.leba.spi.health.Conversation;
import io.leba.spi.health.ProbeResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One probe: it says its commands and reads as many lines (RESP simple strings and errors). It keeps one line at a time. */
final class RedisPing implements Conversation {
    private static final int LONGEST_LINE = 100;

    private final byte[] request;
    private final StringBuilder line = new StringBuilder();
    private int answersLeft;

    RedisPing(byte[] request, int answers) {
        this.request = request;
        this.answersLeft = answers;
    }

    @Override
    public Step opened() {
        return Step.send(ByteBuffer.wrap(request));
    }

    @Override
    public Step received(ByteBuffer bytes) {
        String piece = StandardCharsets.ISO_8859_1.decode(bytes).toString();
        for (int i = 0; i < piece.length(); i++) {
            char next = piece.charAt(i);
            if (next != '\n') {
                if (line.length() == LONGEST_LINE) {
                    return down("it does not speak Redis");
                }
                line.append(next);
                continue;
            }
            String answer = line.toString().replaceAll("[^ -~]", "");
            line.setLength(0);
            answersLeft--;
            if (answer.startsWith("-")) {
                return down(answer.substring(1)); // LOADING Redis is loading the dataset in memory
            }
            if (answersLeft == 0) {
                return answer.equals("+PONG") ? Step.done(ProbeResult.up()) : down("answered '" + answer + "' to PING");
            }
        }
        return Step.await();
    }

    @Override
    public ProbeResult closed() {
        return ProbeResult.down("closed without an answer");
    }

    private static Step down(String reason) {
        return Step.done(ProbeResult.down(reason));
    }
}
