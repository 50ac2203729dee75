package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class YamlWriterTest {
    private static Node parse(String yaml) {
        return new ConfigLoader(name -> null).parse(yaml, "c.yaml").root();
    }

    @Test
    void every_shape_is_written_as_a_block_and_quoted_only_where_needed() {
        String yaml = """
                word: abc
                path: /etc/leba
                number: -5
                share: 50%
                duration: 250ms
                "true": "yes"
                "a b": "x: y"
                empty: {}
                none: []
                nothing: null
                quoted: "5"
                lines: "a\\n\\tb\\"\\\\"
                list:
                  - a
                  - {}
                  - - b
                    - c: d
                      e: f
                  - g:
                      h: i
                "\\u0007": "\\uFEFF\\u2028😀é"
                """;
        assertEquals(yaml, YamlWriter.write(parse(yaml)));
    }

    @Test
    void a_lone_value_is_one_line() {
        MappingNode root = (MappingNode) parse("a: 5\nb: {}\nc: 'x y'\n");
        assertEquals("5\n", YamlWriter.write(root.value("a").orElseThrow()));
        assertEquals("{}\n", YamlWriter.write(root.value("b").orElseThrow()));
        assertEquals("\"x y\"\n", YamlWriter.write(root.value("c").orElseThrow()));
    }
}
