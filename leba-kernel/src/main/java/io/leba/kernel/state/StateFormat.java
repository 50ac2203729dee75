package io.leba.kernel.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The bytes of a state file: a line that says what follows, and JSON. Whatever was changed, cut off or added is noticed, by the
 * SHA-256 of the JSON or, encrypted with AES-256-GCM, by the tag over line and JSON.
 *
 * <pre>
 * LEBA-STATE 1 plain &lt;SHA-256 in hex&gt;
 * {"leba": "0.1.0", "node_id": "node1", "generation": 17, "written": "…", "sections": {…}}
 *
 * LEBA-STATE 1 aes-256-gcm &lt;nonce of 12 bytes in hex&gt;
 * &lt;encrypted JSON and tag&gt;
 * </pre>
 */
final class StateFormat {
    private static final int VERSION = 1;
    private static final String PLAIN = "plain";
    private static final String ENCRYPTED = "aes-256-gcm";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int LONGEST_LINE = 128;
    private static final Pattern LINE =
            Pattern.compile("LEBA-STATE (0|[1-9][0-9]{0,8}) ([a-z0-9-]{1,20}) ([0-9a-f]{1,64})");
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT);

    private final SecureRandom random = new SecureRandom();

    /** The bytes of a file with this state. */
    byte[] encode(SavedState state, Instant written, Optional<StateKey> key) {
        byte[] json = json(state, written);
        if (key.isEmpty()) {
            return join(line(PLAIN, sha256(json)), json);
        }
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] line = line(ENCRYPTED, nonce);
        try {
            return join(
                    line, cipher(Cipher.ENCRYPT_MODE, key.get(), nonce, line).doFinal(json));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot encrypt with AES-256-GCM", e);
        }
    }

    /** What {@link #encode} was given. */
    SavedState decode(byte[] file, Optional<StateKey> key) throws UnreadableState {
        if (file.length == 0) {
            throw new UnreadableState("is empty");
        }
        int end = end(file);
        Matcher line = LINE.matcher(end < 0 ? "" : new String(file, 0, end, StandardCharsets.ISO_8859_1));
        if (!line.matches()) {
            throw new UnreadableState("is not a LEBA state file");
        }
        if (Integer.parseInt(line.group(1)) != VERSION) {
            throw new UnreadableState("has format " + line.group(1) + ", this version of LEBA reads format " + VERSION);
        }
        byte[] content = Arrays.copyOfRange(file, end + 1, file.length);
        byte[] proof = line.group(3).length() % 2 == 0 ? HexFormat.of().parseHex(line.group(3)) : new byte[0];
        return switch (line.group(2)) {
            case PLAIN -> {
                if (!Arrays.equals(sha256(content), proof)) {
                    throw new UnreadableState("is damaged: its checksum does not fit");
                }
                yield state(content);
            }
            case ENCRYPTED -> state(decrypt(content, proof, Arrays.copyOf(file, end + 1), key));
            default -> throw new UnreadableState("is encoded as '" + line.group(2) + "', which is not known");
        };
    }

    private static int end(byte[] file) {
        for (int i = 0; i < Math.min(file.length, LONGEST_LINE); i++) {
            if (file[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static byte[] decrypt(byte[] content, byte[] nonce, byte[] line, Optional<StateKey> key)
            throws UnreadableState {
        if (key.isEmpty()) {
            throw new UnreadableState("is encrypted, and state_key is not set");
        }
        if (nonce.length != NONCE_BYTES) {
            throw new UnreadableState("is damaged: its nonce has " + nonce.length + " bytes");
        }
        if (content.length < TAG_BITS / Byte.SIZE) {
            throw new UnreadableState("is damaged: it is cut off");
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, key.get(), nonce, line).doFinal(content);
        } catch (AEADBadTagException e) {
            throw new UnreadableState("is damaged, or encrypted with another state_key");
        } catch (GeneralSecurityException | ProviderException e) {
            throw new UnreadableState("cannot be decrypted: " + e.getMessage());
        }
    }

    private static Cipher cipher(int mode, StateKey key, byte[] nonce, byte[] line) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.toSecretKey(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(line);
        return cipher;
    }

    private static byte[] json(SavedState state, Instant written) {
        ObjectNode root = JSON.createObjectNode()
                .put("leba", state.version())
                .put("node_id", state.nodeId())
                .put("generation", state.generation())
                .put("written", written.toString());
        root.putObject("sections").setAll(new TreeMap<>(state.sections()));
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("state that cannot be written as JSON", e);
        }
    }

    private static SavedState state(byte[] json) throws UnreadableState {
        try {
            JsonNode root = JSON.readTree(json);
            Map<String, JsonNode> sections = new TreeMap<>();
            root.path("sections").properties().forEach(section -> sections.put(section.getKey(), section.getValue()));
            return new SavedState(
                    root.path("leba").asText(),
                    root.path("node_id").asText(),
                    Math.max(0, root.path("generation").asLong()),
                    sections);
        } catch (IOException e) {
            throw new UnreadableState("holds no JSON");
        }
    }

    private static byte[] line(String encoding, byte[] proof) {
        return ("LEBA-STATE " + VERSION + " " + encoding + " " + HexFormat.of().formatHex(proof) + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[] line, byte[] content) {
        byte[] joined = Arrays.copyOf(line, line.length + content.length);
        System.arraycopy(content, 0, joined, line.length, content.length);
        return joined;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
