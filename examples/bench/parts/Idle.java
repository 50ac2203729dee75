import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Opens connections, asks once on each, and keeps them idle until it is ended.
 *
 * <p>{@code java Idle.java PORT http|tls PATH CONNECTIONS} prints {@code held} when all are there. Answers need a Content-Length. The TLS client trusts
 * everybody: it is for the certificate that the benchmark has just made.
 */
public final class Idle {
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    public static void main(String[] args) throws IOException, GeneralSecurityException, InterruptedException {
        int port = Integer.parseInt(args[0]);
        SocketFactory factory = SocketFactory.getDefault();
        if (args[1].equals("tls")) {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
            factory = context.getSocketFactory();
        }
        byte[] request = ("GET " + args[2] + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        List<Socket> held = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[3]); i++) {
            Socket socket = factory.createSocket("127.0.0.1", port);
            socket.getOutputStream().write(request);
            skipAnswer(socket.getInputStream());
            held.add(socket);
        }
        System.out.println("held " + held.size());
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void skipAnswer(InputStream in) throws IOException {
        int length = 0;
        while (true) {
            String line = line(in);
            if (line.isEmpty()) {
                in.readNBytes(length);
                return;
            }
            if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                length = Integer.parseInt(line.substring(15).trim());
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c; (c = in.read()) != '\n'; ) {
            if (c < 0) {
                throw new IOException("the connection was closed");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
