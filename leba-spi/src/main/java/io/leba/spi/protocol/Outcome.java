package io.leba.spi.protocol;

/** How an exchange with a backend, or as a whole, ended. */
public enum Outcome {
    /** It went well. */
    SUCCESS(false),
    /** The backend answered with an error of its own (HTTP 5xx, a fatal SQL state). */
    BACKEND_ERROR(true),
    /** No connection to the backend came about. */
    CONNECT_FAILED(true),
    /** The backend took too long. */
    BACKEND_TIMEOUT(true),
    /** The backend closed or reset in mid-exchange. */
    BACKEND_RESET(true),
    /** The backend broke its protocol. */
    BACKEND_PROTOCOL(true),
    /** The client went away. */
    CLIENT_ABORTED(false),
    /** The client broke its protocol or a limit, or was refused. */
    CLIENT_ERROR(false),
    /** No backend was available. */
    UNAVAILABLE(false),
    /** LEBA's own fault, or a plugin's. */
    INTERNAL(false);

    private final boolean backendFault;

    Outcome(boolean backendFault) {
        this.backendFault = backendFault;
    }

    /** Whether it counts against the backend. */
    public boolean isBackendFault() {
        return backendFault;
    }
}
