package io.leba.plugin.protocol.http.h2.hpack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.testkit.Allocation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What one end encodes the other decodes, block after block, whatever the table's size. */
class HpackRoundTripTest {
    private static final String[] NAMES = {
        "Content-Type",
        "date",
        "Server",
        "x-a",
        "ETag",
        "cookie",
        "authorization",
        "set-cookie",
        "x-long-name-of-some-kind"
    };

    private final Bytes block = new Bytes(64);
    private final List<String> decoded = new ArrayList<>();

    private void put(HpackEncoder encoder, String name, String value) {
        byte[] text = (name + ": " + value).getBytes(StandardCharsets.ISO_8859_1);
        encoder.field(text, 0, name.length(), name.length() + 2, text.length);
    }

    @Property(tries = 300)
    void any_fields(@ForAll long seed) {
        Random random = new Random(seed);
        HpackEncoder encoder = new HpackEncoder();
        HpackDecoder decoder = new HpackDecoder(4096);
        for (int blocks = 0; blocks < 40; blocks++) {
            if (random.nextInt(8) == 0) {
                encoder.allow(random.nextInt(6000));
                if (random.nextBoolean()) {
                    encoder.allow(random.nextInt(600));
                }
            }
            encoder.begin(block.clear());
            List<String> expected = new ArrayList<>();
            encoder.status(200 + random.nextInt(5));
            expected.add(null);
            for (int i = random.nextInt(12); i > 0; i--) {
                String name = NAMES[random.nextInt(NAMES.length)];
                String value = value(random);
                put(encoder, name, value);
                expected.add(name.toLowerCase(Locale.ROOT) + ": " + value);
            }
            decoded.clear();
            assertTrue(decoder.decode(
                    block.array(), 0, block.length(), field -> decoded.add(HpackVectorsTest.text(field))));
            expected.set(0, decoded.get(0));
            assertEquals(expected, decoded);
            assertEquals(encoder.tableSize(), decoder.tableSize());
        }
    }

    private static String value(Random random) {
        int length = random.nextInt(10) == 0 ? random.nextInt(3000) : random.nextInt(12);
        StringBuilder value = new StringBuilder();
        int spread = random.nextBoolean() ? 2 : 220;
        for (int i = 0; i < length; i++) {
            value.append((char) (' ' + 1 + random.nextInt(spread)));
        }
        return value.toString();
    }

    @Test
    void what_repeats_becomes_one_byte() {
        HpackEncoder encoder = new HpackEncoder();
        int[] sizes = new int[4];
        for (int i = 0; i < 4; i++) {
            encoder.begin(block.clear());
            put(encoder, "X-Served-By", "some-backend-with-a-name");
            sizes[i] = block.length();
        }
        assertTrue(sizes[0] > 20 && sizes[1] > 20, Arrays.toString(sizes));
        assertEquals(1, sizes[2]);
        assertEquals(1, sizes[3]);
    }

    @Test
    void secrets_are_in_no_table() {
        HpackEncoder encoder = new HpackEncoder();
        for (int i = 0; i < 4; i++) {
            for (String name : List.of("Authorization", "Proxy-Authorization", "Cookie")) {
                encoder.begin(block.clear());
                put(encoder, name, "secret=1");
                assertEquals(0x10, block.array()[0] & 0xf0, name);
            }
        }
        assertEquals(0, encoder.tableSize());
    }

    @Test
    void neither_way_makes_garbage() {
        HpackEncoder encoder = new HpackEncoder();
        HpackDecoder decoder = new HpackDecoder(4096);
        byte[][] lines = new byte[8][];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = ("x-name-" + i + ": value " + "v".repeat(i * 3)).getBytes(StandardCharsets.ISO_8859_1);
        }
        int[] seen = new int[1];
        FieldSink sink = field -> ++seen[0] > 0;
        byte[] changing = "x-request-id: 0000000000".getBytes(StandardCharsets.ISO_8859_1);
        long before = 0;
        int rounds = 20_000;
        for (int i = 0; i < 2 * rounds; i++) {
            if (i == rounds) {
                before = Allocation.ofThread(Thread.currentThread());
            }
            encoder.begin(block.clear());
            encoder.status(200);
            for (byte[] line : lines) {
                encoder.field(line, 0, 8, 10, line.length);
            }
            for (int k = i, at = changing.length; k > 0; k /= 10) {
                changing[--at] = (byte) ('0' + k % 10);
            }
            encoder.field(changing, 0, 12, 14, changing.length);
            assertTrue(decoder.decode(block.array(), 0, block.length(), sink));
        }
        double each = (double) (Allocation.ofThread(Thread.currentThread()) - before) / rounds;
        assertEquals(10 * 2 * rounds, seen[0]);
        assertTrue(each < 1, () -> each + " bytes a block");
    }
}
