package io.leba.plugin.protocol.http.h3.qpack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.h2.hpack.FieldView;
import io.leba.plugin.protocol.http.head.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QpackTest {
    private final QpackEncoder encoder = new QpackEncoder();
    private final QpackDecoder decoder = new QpackDecoder();
    private final List<String> fields = new ArrayList<>();

    private boolean take(FieldView field) {
        fields.add(text(field.nameBytes(), field.nameFrom(), field.nameTo()) + ": "
                + text(field.valueBytes(), field.valueFrom(), field.valueTo()));
        return true;
    }

    private static String text(byte[] a, int from, int to) {
        return new String(a, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private boolean decode(byte[] section) {
        fields.clear();
        return decoder.decode(section, 0, section.length, this::take);
    }

    @Test
    void the_example_of_the_specification_is_read() {
        // RFC 9204, appendix B.1
        assertTrue(decode(HexFormat.of().parseHex("0000510b2f696e6465782e68746d6c")));
        assertEquals(List.of(":path: /index.html"), fields);
    }

    @Test
    void what_is_written_is_read() {
        Bytes out = new Bytes(16);
        encoder.begin(out);
        encoder.status(200);
        encoder.status(418);
        for (int i = 0; i < StaticTable.size(); i++) {
            encoder.field(StaticTable.name(i), StaticTable.value(i));
        }
        encoder.field(
                "X-Own".getBytes(StandardCharsets.ISO_8859_1), "é".repeat(400).getBytes(StandardCharsets.ISO_8859_1));
        encoder.field("n".repeat(300).getBytes(StandardCharsets.ISO_8859_1), new byte[0]);
        byte[] section = java.util.Arrays.copyOf(out.array(), out.length());
        assertTrue(decode(section));
        assertEquals(List.of(":status: 200", ":status: 418"), fields.subList(0, 2));
        assertEquals("x-own: " + "é".repeat(400), fields.get(fields.size() - 2));
        assertEquals("n".repeat(300) + ": ", fields.get(fields.size() - 1));
        for (int i = 0; i < StaticTable.size(); i++) {
            assertEquals(
                    new String(StaticTable.name(i), StandardCharsets.US_ASCII) + ": "
                            + new String(StaticTable.value(i), StandardCharsets.US_ASCII),
                    fields.get(i + 2));
        }
        for (int cut = 0; cut < 2; cut++) {
            assertFalse(decode(java.util.Arrays.copyOf(section, cut)), "cut at " + cut);
        }
        assertFalse(decode(java.util.Arrays.copyOf(section, section.length - 1)));
    }

    @Test
    void what_refers_to_a_table_is_refused() {
        for (String section :
                List.of("0100", "000080", "00004000", "000010", "000000", "0080", "0000ff40", "00005f60")) {
            assertFalse(decode(HexFormat.of().parseHex(section)), section);
        }
    }

    @Test
    void noise_is_refused_without_harm() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            byte[] noise = new byte[2 + random.nextInt(30)];
            random.nextBytes(noise);
            noise[0] = 0;
            noise[1] = 0;
            decode(noise);
        }
    }
}
