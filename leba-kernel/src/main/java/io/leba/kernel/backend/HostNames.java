package io.leba.kernel.backend;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;

/** Looks up host names. */
@FunctionalInterface
interface HostNames {
    /**
     * Looks up a name, and calls one of the two on any thread.
     *
     * @param found takes the addresses, at least one
     * @param failed takes the reason
     */
    void resolve(String host, Consumer<List<InetAddress>> found, Consumer<String> failed);
}
