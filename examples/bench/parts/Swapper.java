import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Has a running node open a plugin anew, over and over: {@code java Swapper.java SOCKET PLUGIN COUNT PAUSE_MS}. Prints one
 * line: how many were done and refused, and the median and longest time that one took, in milliseconds.
 */
final class Swapper {
    public static void main(String[] arguments) throws Exception {
        Path socket = Path.of(arguments[0]);
        String request = "{\"command\":\"plugin-reload\",\"id\":\"" + arguments[1] + "\"}\n";
        int count = Integer.parseInt(arguments[2]);
        long pause = Long.parseLong(arguments[3]);
        double[] millis = new double[count];
        int refused = 0;
        String problem = "";
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            String answer = ask(socket, request);
            millis[i] = (System.nanoTime() - start) / 1e6;
            if (!answer.contains("\"answer\"")) {
                refused++;
                problem = answer.strip();
            }
            Thread.sleep(pause);
        }
        Arrays.sort(millis);
        System.out.printf("%d %d %.1f %.1f %s%n", count - refused, refused, millis[count / 2], millis[count - 1], problem);
    }

    private static String ask(Path socket, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
            StringBuilder answer = new StringBuilder();
            ByteBuffer part = ByteBuffer.allocate(8192);
            while (channel.read(part) >= 0) {
                answer.append(StandardCharsets.UTF_8.decode(part.flip()));
                part.clear();
            }
            return answer.toString();
        }
    }
}
