package io.leba.spi.control;

import io.leba.spi.OnBackground;
import java.util.List;
import java.util.Map;

/** A page of the management address, served by whichever service plugin listens there. */
public interface AdminEndpoint {
    /** The exact path, {@code /metrics}. */
    String path();

    /** A line for the index page. */
    String title();

    /** Answers a GET. */
    @OnBackground
    Answer get(Request request) throws Exception;

    /**
     * A request.
     *
     * @param query the query parameters in order
     * @param headers lower-case names
     */
    record Request(Map<String, List<String>> query, Map<String, List<String>> headers) {}

    /**
     * An answer.
     *
     * @param status an HTTP status code
     * @param contentType the media type
     * @param body the bytes
     */
    record Answer(int status, String contentType, byte[] body) {}
}
