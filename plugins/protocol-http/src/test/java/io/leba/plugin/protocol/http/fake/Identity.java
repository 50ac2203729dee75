package io.leba.plugin.protocol.http.fake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate for localhost that is signed by itself, in PEM files.
 *
 * @param certificateFile where it is
 * @param keyFile where its key is
 */
public record Identity(Path certificateFile, Path keyFile) {
    private static final String PASSWORD = "changeit";
    private static final String ORDER =
            "-genkeypair -alias it -keyalg EC -dname CN=localhost -ext san=dns:localhost -storetype PKCS12 -storepass "
                    + PASSWORD;

    /** Makes one, as {@code cert.pem} and {@code key.pem}. */
    public static Identity in(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve("store.p12");
        List<String> command = new ArrayList<>(List.of(ORDER.split(" ")));
        command.add(
                0, Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-keystore", file.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        Path certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        write(certificate, "CERTIFICATE", store.getCertificate("it").getEncoded());
        write(key, "PRIVATE KEY", store.getKey("it", PASSWORD.toCharArray()).getEncoded());
        return new Identity(certificate, key);
    }

    private static void write(Path file, String kind, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        Files.writeString(file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }
}
