package io.leba.kernel.transport.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Checks that private keys belong to their certificates, beside what the caller does meanwhile: the first signature of a
 * process is computed by code that is not compiled yet, which takes a tenth of a second.
 */
final class KeyChecks {
    private final List<CompletableFuture<Void>> checks = new ArrayList<>();

    /** Begins to check one. */
    void add(PemIdentity identity, Path certificateFile, Path keyFile) {
        checks.add(CompletableFuture.runAsync(() -> {
            try {
                identity.check(certificateFile, keyFile);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    /**
     * Waits for all.
     *
     * @throws IOException if a key does not fit; of several, the one that was added first
     */
    void await() throws IOException {
        for (CompletableFuture<Void> check : checks) {
            try {
                check.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof UncheckedIOException told) {
                    throw told.getCause();
                }
                throw e;
            }
        }
    }
}
