package io.leba.kernel.cli;

/** The program's exit codes. */
final class Exit {
    /** All went well. */
    static final int OK = 0;
    /** Something failed at run time: an address in use, a file that cannot be read. */
    static final int FAILED = 1;
    /** The command line could not be understood. */
    static final int USAGE = 2;
    /** The configuration, or what else was given, has problems. */
    static final int CONFIG = 3;

    /** A plan would change something. */
    static final int CHANGES = 4;

    private Exit() {}
}
