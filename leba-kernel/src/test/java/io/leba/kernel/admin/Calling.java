package io.leba.kernel.admin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** A client that goes on asking while something else happens: always on one connection, and now and then on a new one. */
final class Calling implements AutoCloseable {
    private static final Pattern RIGHT = Pattern.compile("(one|two) hi");

    private final ServedNode served;
    private final List<String> wrong = new ArrayList<>();
    private final AtomicLong answers = new AtomicLong();
    private final Thread thread = new Thread(this::ask, "calling");
    private volatile boolean ended;

    Calling(ServedNode served) {
        this.served = served;
        thread.start();
    }

    /** How many answers were right so far. */
    long answers() {
        return answers.get();
    }

    private void ask() {
        try (LineCaller kept = served.call()) {
            while (!ended && wrong.size() < 10) {
                for (int i = 0; i < 20 && !ended; i++) {
                    look(kept.ask("hi"));
                }
                try (LineCaller fresh = served.call()) {
                    look(fresh.ask("hi"));
                }
            }
        } catch (IOException e) {
            wrong.add(e.toString());
        }
    }

    private void look(String answer) {
        if (answer != null && RIGHT.matcher(answer).matches()) {
            answers.incrementAndGet();
        } else {
            wrong.add(String.valueOf(answer));
        }
    }

    /** What was answered instead of what is right; ends the client. */
    List<String> wrong() throws InterruptedException {
        ended = true;
        thread.join();
        return wrong;
    }

    @Override
    public void close() {
        ended = true;
    }
}
