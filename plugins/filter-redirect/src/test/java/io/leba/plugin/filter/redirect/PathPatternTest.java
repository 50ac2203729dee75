package io.leba.plugin.filter.redirect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.config.InvalidConfig;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
    @ParameterizedTest
    @CsvSource({
        "/old, /new, /old, /new",
        "/old, /new, /older,",
        "/old, /new, /ol,",
        "/api/*, /*, /api/a/b, /a/b",
        "/api/*, /*, /api/, /",
        "/api/*, /*, /api, /",
        "/api/*, /*, /apix,",
        "/api/*, /v2/*, /api//evil.com, /v2//evil.com",
        "/api/*, /*, /api//evil.com, /evil.com",
        "/api*, /*, /api//evil.com, /evil.com",
        "/users/*/posts/*, /u/*/p/*, /users/7/posts/8/x, /u/7/p/8/x",
        "/users/*/posts/*, /u/*/p/*, /users/7/8/posts/9,",
        "/*/a, /a/*, /x/a, /a/x",
        "/*/a, /a/*, /x/y/a,",
        "/*/a, /a/*, //a, /a/",
        "/img-*.png, /i/*, /img-7.png, /i/7",
        "/img-*.png, /i/*, /img-.png, /i/",
        "/img-*.png, /i/*, /img-7.jpg,",
        "/img-*.png, /i/*, /img-7/8.png,",
        "/img-*.png, /i/*, /img.png,",
        "/a/*, /b, /a/c, /b",
        "/a/*x/b, /*, /a/yx/b, /y",
        "/a/*x/b, /*, /a/yx/bc,",
        "/*, /all/*, /, /all/"
    })
    void aPathOfTheFormChangesAndOthersDoNot(String from, String to, String path, String changed) {
        assertEquals(changed, PathPattern.of(new PathChange(from, to)).change(path));
    }

    @Test
    void aFormThatCouldMeanManyThingsIsRefused() {
        assertThrows(InvalidConfig.class, () -> new PathChange("/a**", "/b"));
        assertThrows(InvalidConfig.class, () -> new PathChange("/a*b*/c", "/b"));
        assertThrows(InvalidConfig.class, () -> new PathChange("/a/*", "/*/*"));
    }

    /** The part that a star stands for is put where the star is, so a change back gives the path again. */
    @Property(tries = 500)
    void whatAStarStandsForIsKept(@ForAll @Chars({'a', '/', '*', '.', '%'}) String rest) {
        String there = PathPattern.of(new PathChange("/x/*", "/y/z/*")).change("/x/" + rest);
        assertEquals("/y/z/" + rest, there);
        assertEquals(
                "/x/" + rest, PathPattern.of(new PathChange("/y/z/*", "/x/*")).change(there));
        assertTrue(!PathPattern.of(new PathChange("/x/*", "/*"))
                .change("/x/" + rest)
                .startsWith("//"));
    }
}
