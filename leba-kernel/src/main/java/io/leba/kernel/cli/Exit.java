package io.leba.kernel.cli;

/** The program's exit codes. */
final class Exit {
    /** All went well. */
    static final int OK = 0;
    /** Something failed at run time: an address in use, a file that cannot be read. */
    static final int FAILED = 1;
    /** The command line could not be understood. */
    static final int USAGE = 2;
    /** The configuration has problems. */
    static final int CONFIG = 3;

    private Exit() {}
}
