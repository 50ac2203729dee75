package io.leba.kernel.transport;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Lets a listening socket finish the handshakes that have begun, and begin no more: a packet filter on the socket (epoll, {@code
 * SO_ATTACH_FILTER}) drops segments that ask for a connection. Closing a listening socket resets whatever the system has accepted
 * by itself and LEBA has not taken yet; once nothing new begins, that runs dry. Who asks meanwhile hears nothing, asks again a
 * second later, and is refused then.
 */
final class LastHandshakes {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int PROGRAM_BYTES = 16;
    private static final int STEP_BYTES = 8;
    private static final int ADDRESS_BYTES = 8;

    /** Classic BPF over the TCP header: code, jump if true, jump if false, operand. */
    private static final int[][] STEPS = {
        {0x30, 0, 0, 13}, // load the byte with the flags
        {0x54, 0, 0, 0x12}, // keep SYN and ACK
        {0x15, 0, 1, 0x02}, // SYN without ACK?
        {0x06, 0, 0, 0}, // drop
        {0x06, 0, 0, -1}, // take it whole
    };

    private LastHandshakes() {}

    /**
     * Keeps new handshakes from beginning.
     *
     * @return false where that cannot be
     */
    static boolean only(Channel listening) {
        if (!(listening instanceof EpollServerSocketChannel) || Buffer.addressSize() != ADDRESS_BYTES) {
            return false;
        }
        ByteBuffer steps = direct(STEPS.length * STEP_BYTES);
        for (int[] step : STEPS) {
            steps.putShort((short) step[0])
                    .put((byte) step[1])
                    .put((byte) step[2])
                    .putInt(step[3]);
        }
        ByteBuffer program = direct(PROGRAM_BYTES)
                .putShort((short) STEPS.length)
                .putShort((short) 0)
                .putInt(0)
                .putLong(Buffer.memoryAddress(steps.flip()))
                .flip();
        try {
            return listening
                    .config()
                    .setOption(
                            new RawUnixChannelOption("SO_ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, PROGRAM_BYTES),
                            program);
        } catch (RuntimeException | LinkageError e) {
            return false; // another system, or one that does not allow it
        } finally {
            Reference.reachabilityFence(steps);
        }
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
