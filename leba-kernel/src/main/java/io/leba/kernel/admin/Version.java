package io.leba.kernel.admin;

/** This build's version. */
public final class Version {
    private Version() {}

    /** The version of the kernel's module; {@code development} when run from class files. */
    public static String text() {
        return Version.class.getModule().getDescriptor().rawVersion().orElse("development");
    }
}
