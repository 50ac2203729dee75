package io.leba.kernel.admin;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;

/** This build's version. */
public final class Version {
    private Version() {}

    /** The version of the kernel's module; {@code development} when run from class files or on a class path, as in tests. */
    public static String text() {
        return Optional.ofNullable(Version.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .orElse("development");
    }
}
