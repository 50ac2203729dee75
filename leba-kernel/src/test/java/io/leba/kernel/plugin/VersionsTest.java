package io.leba.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.LebaPlugin;
import org.junit.jupiter.api.Test;

class VersionsTest {
    private final Versions versions = new Versions();

    @Test
    void a_short_version_is_filled_up() {
        assertEquals("1.0.0", Versions.full("1"));
        assertEquals("1.4.0", Versions.full("1.4"));
        assertEquals("1.4.2", Versions.full("1.4.2"));
        assertEquals("2.0.0-rc1", Versions.full("2-rc1"));
        assertEquals("2.1.0+b7", Versions.full("2.1+b7"));
        assertEquals("0.0.0", Versions.full(""));
        assertEquals("spring", Versions.full("spring"));
    }

    @Test
    void ranges_are_semantic() {
        assertTrue(versions.checkVersionConstraint("1.4", ">=1.4.0 & <2.0.0"));
        assertTrue(versions.checkVersionConstraint("1.10", ">1.9"));
        assertFalse(versions.checkVersionConstraint("2-rc1", ">=2.0.0"));
        assertTrue(versions.compareVersions("1.10", "1.9") > 0);
    }

    @Test
    void what_cannot_be_read_satisfies_nothing_but_any() {
        assertFalse(versions.checkVersionConstraint("spring", ">=1.0.0"));
        assertFalse(versions.checkVersionConstraint("1.0", "at least one"));
        assertTrue(versions.checkVersionConstraint("spring", "*"));
    }

    @Test
    void the_version_constants_say_the_same_as_the_spi_module() {
        String module = LebaPlugin.class
                .getModule()
                .getDescriptor()
                .rawVersion()
                .orElseThrow(() -> new AssertionError("the SPI is compiled without a module version"));
        assertTrue(module.equals(SpiCheck.RUNNING) || module.startsWith(SpiCheck.RUNNING + "."), module);
    }
}
