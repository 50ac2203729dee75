package io.leba.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** A Java home whose {@code java} prints its process id and then its arguments, one a line, and ends with code 42. */
final class FakeJava {
    static final int EXIT_CODE = 42;

    /** An argument at which it prints its environment as well. */
    static final String SHOW_ENVIRONMENT = "--show-environment";

    private FakeJava() {}

    /** A home that calls itself the given version in its {@code release} file. */
    static Path withRelease(Path home, String version) throws IOException {
        withoutRelease(home, version);
        Files.writeString(home.resolve("release"), """
                IMPLEMENTOR="Fake"
                JAVA_RUNTIME_VERSION="%s+1"
                JAVA_VERSION="%s"
                MODULES="java.base java.xml"
                """.formatted(version, version));
        return home;
    }

    /** A home without {@code release} file, which has to be asked for its version. */
    static Path withoutRelease(Path home, String version) throws IOException {
        Path java = home.resolve("bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, """
                #!/bin/sh
                if [ "$1" = -version ]; then
                    echo 'openjdk version "%s" 2000-01-01' >&2
                    exit 0
                fi
                echo $$
                for argument; do
                    echo "$argument"
                    case $argument in
                        -XX:ArchiveClassesAtExit=* | -XX:AOTCacheOutput=*) echo archive > "${argument#*=}" ;;
                        %s) export -p ;;
                    esac
                done
                exit %d
                """.formatted(version, SHOW_ENVIRONMENT, EXIT_CODE));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }

    /** A home whose {@code java} says {@code started}, and writes the archive and ends once it is terminated. */
    static Path untilTerminated(Path home, String version) throws IOException {
        withRelease(home, version);
        Files.writeString(home.resolve("bin/java"), """
                #!/bin/sh
                for argument; do
                    case $argument in
                        -XX:ArchiveClassesAtExit=*) archive=${argument#*=} ;;
                    esac
                done
                trap 'echo terminated; echo archive > "$archive"; exit %d' TERM
                echo started
                while :; do sleep 0.05; done
                """.formatted(EXIT_CODE));
        return home;
    }

    /** The environment in which a program finds this home, and nothing else: not one program on the {@code PATH}. */
    static Map<String, String> environment(Path home) {
        return Map.of("JAVA_HOME", home.toString(), "PATH", "/nowhere");
    }
}
