package io.leba.plugin.admin.api;

import io.leba.spi.control.AdminEndpoint;
import io.leba.testkit.TestScope;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A management address on a free port, and a client of it. */
abstract class AdminApiFixture {
    final TestScope scope = TestScope.of("api");
    final FakeControl control = new FakeControl();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final Workers workers = new Workers();
    final AdminApi api = make(scope, Limits.USUAL);
    final Ear ear = new Ear(api);

    @BeforeEach
    void start() {
        api.start(control);
    }

    @AfterEach
    void stop() {
        scope.close();
        ear.close();
        workers.close();
    }

    AdminApi make(TestScope owner, Limits limits) {
        return new AdminApi(new AdminApiConfig(0, Optional.of("127.0.0.1")), owner, workers, limits);
    }

    /** Puts another one in the place of the first, with limits that are reached soon. */
    AdminApi replace(Limits limits) {
        AdminApi next = make(scope, limits);
        ear.giveTo(next);
        next.start(control);
        return next;
    }

    Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), ear.address().getPort());
    }

    /** Sends a request and reads an answer, which comes in one piece. */
    static String exchange(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        byte[] answer = new byte[8192];
        int length = socket.getInputStream().read(answer);
        return new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), ear.address().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    URI uri(String path) {
        return URI.create("http://" + AdminApi.show(ear.address()) + path);
    }

    static HttpRequest.BodyPublisher noBody() {
        return HttpRequest.BodyPublishers.noBody();
    }

    static AdminEndpoint endpoint(String path, Content content) {
        return endpoint(path, "a page", content);
    }

    static AdminEndpoint endpoint(String path, String title, Content content) {
        return new AdminEndpoint() {
            @Override
            public String path() {
                return path;
            }

            @Override
            public String title() {
                return title;
            }

            @Override
            public Answer get(Request request) throws Exception {
                return content.get(request);
            }
        };
    }

    interface Content {
        AdminEndpoint.Answer get(AdminEndpoint.Request request) throws Exception;
    }
}
