package io.leba.plugin.protocol.http.h2.hpack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.head.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7541 appendix C, and blocks that are none. */
class HpackVectorsTest {
    private final List<String> fields = new ArrayList<>();

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    private boolean decode(HpackDecoder decoder, String hex) {
        fields.clear();
        byte[] block = hex(hex);
        return decoder.decode(block, 0, block.length, field -> fields.add(text(field)));
    }

    static String text(FieldView field) {
        return new String(
                        field.nameBytes(),
                        field.nameFrom(),
                        field.nameTo() - field.nameFrom(),
                        StandardCharsets.ISO_8859_1)
                + ": "
                + new String(
                        field.valueBytes(),
                        field.valueFrom(),
                        field.valueTo() - field.valueFrom(),
                        StandardCharsets.ISO_8859_1);
    }

    private void yields(HpackDecoder decoder, String hex, int tableSize, String... expected) {
        assertTrue(decode(decoder, hex), hex);
        assertEquals(Arrays.asList(expected), fields);
        assertEquals(tableSize, decoder.tableSize());
    }

    @Test
    void single_fields() {
        yields(
                new HpackDecoder(4096),
                "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
                55,
                "custom-key: custom-header");
        yields(new HpackDecoder(4096), "040c 2f73 616d 706c 652f 7061 7468", 0, ":path: /sample/path");
        yields(new HpackDecoder(4096), "1008 7061 7373 776f 7264 0673 6563 7265 74", 0, "password: secret");
        yields(new HpackDecoder(4096), "82", 0, ":method: GET");
    }

    private static final String[] FIRST = {":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"};
    private static final String[] SECOND = {
        ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache"
    };
    private static final String[] THIRD = {
        ":method: GET",
        ":scheme: https",
        ":path: /index.html",
        ":authority: www.example.com",
        "custom-key: custom-value"
    };

    @Test
    void requests_in_a_row() {
        HpackDecoder plain = new HpackDecoder(4096);
        yields(plain, "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", 57, FIRST);
        yields(plain, "8286 84be 5808 6e6f 2d63 6163 6865", 110, SECOND);
        yields(plain, "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65", 164, THIRD);
        HpackDecoder huffman = new HpackDecoder(4096);
        yields(huffman, "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", 57, FIRST);
        yields(huffman, "8286 84be 5886 a8eb 1064 9cbf", 110, SECOND);
        yields(huffman, "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf", 164, THIRD);
    }

    @Test
    void responses_in_a_row_that_evict() {
        String date = "date: Mon, 21 Oct 2013 20:13:21 GMT";
        String location = "location: https://www.example.com";
        String[] first = {":status: 302", "cache-control: private", date, location};
        String[] second = {":status: 307", "cache-control: private", date, location};
        String[] third = {
            ":status: 200",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:22 GMT",
            location,
            "content-encoding: gzip",
            "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
        };
        HpackDecoder plain = new HpackDecoder(256);
        yields(
                plain,
                "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
                222,
                first);
        yields(plain, "4803 3330 37c1 c0bf", 222, second);
        yields(
                plain,
                "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31",
                215,
                third);
        HpackDecoder huffman = new HpackDecoder(256);
        yields(
                huffman,
                "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
                222,
                first);
        yields(huffman, "4883 640e ffc1 c0bf", 222, second);
        yields(
                huffman,
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
                215,
                third);
    }

    @Test
    void numbers_of_more_than_one_byte() {
        // C.1.2: 1337 with a prefix of five bits; here a table size, which is within 4096.
        yields(new HpackDecoder(4096), "3f9a0a 82", 0, ":method: GET");
        assertFalse(decode(new HpackDecoder(1336), "3f9a0a 82"));
    }

    @Test
    void blocks_that_are_not_valid_end_decoding() {
        for (String bad : List.of(
                "80", // index 0
                "be", // an entry that is not there
                "7e 00", // a name that is not there
                "40", // no name
                "4001", // a cut name
                "400161", // no value
                "40016105", // a cut value
                "ff", // a cut number
                "ff80808080808001", // a number without end
                "ffffffffff7f", // a number that is too large
                "82 20", // a size update behind a field
                "3fe21f", // a table of 4097 bytes
                "4001 61 84 ffff ffff", // the end of a string inside of it
                "4001 61 82 f8ff", // eight bits of padding
                "4001 61 81 18", // padding of zeros
                "7f ffff ffff 7f")) {
            assertFalse(decode(new HpackDecoder(4096), bad), bad);
        }
    }

    @Test
    void an_entry_may_be_named_after_the_one_that_it_evicts() {
        HpackDecoder decoder = new HpackDecoder(64);
        assertTrue(decode(decoder, "4003 616263 1a " + "7a".repeat(26)));
        assertEquals(61, decoder.tableSize());
        assertTrue(decode(decoder, "7e 1b " + "79".repeat(27)));
        assertEquals(List.of("abc: " + "y".repeat(27)), fields);
        assertEquals(62, decoder.tableSize());
    }

    @Test
    void all_bytes_survive_the_huffman_code() {
        byte[] all = new byte[512];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) (i * 31 >> 1);
        }
        Bytes encoded = new Bytes(16);
        Huffman.encode(all, 0, all.length, encoded);
        assertEquals(encoded.length(), Huffman.encodedLength(all, 0, all.length));
        byte[] decoded = new byte[Huffman.longestDecoded(encoded.length())];
        int end = Huffman.decode(encoded.array(), 0, encoded.length(), decoded, 0);
        assertArrayEquals(all, Arrays.copyOf(decoded, end));
    }
}
