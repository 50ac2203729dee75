package io.leba.kernel.upgrade;

/** What the two processes say to each other. Both sides check the version first; it changes with any of the rest. */
final class Words {
    /** The variable that names the folder of the domain sockets. */
    static final String VARIABLE = "LEBA_UPGRADE";

    /** The domain socket over which they speak. */
    static final String TALK = "talk";

    /** The domain socket over which listening sockets are passed. */
    static final String SOCKETS = "sockets";

    static final int VERSION = 1;

    /** The successor would serve now, and waits. */
    static final byte READY = 1;

    /** The successor cannot serve; the reasons follow. */
    static final byte FAILED = 2;

    /** The predecessor leaves the traffic to the successor. */
    static final byte YOURS = 3;

    private Words() {}
}
