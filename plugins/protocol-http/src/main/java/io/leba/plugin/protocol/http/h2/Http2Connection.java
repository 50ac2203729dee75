package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.field.RequestText;
import io.leba.plugin.protocol.http.h2.frame.ErrorCode;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.h2.frame.FrameOutput;
import io.leba.plugin.protocol.http.h2.frame.FrameReader;
import io.leba.plugin.protocol.http.h2.frame.FrameWriter;
import io.leba.plugin.protocol.http.h2.hpack.FieldSource;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP/2 connection: takes bytes in, hands bytes out, and tells what happens on its streams. Everything on its loop. A fault ends the stream
 * or the connection that it concerns, and nothing else; nothing throws because of what a peer sent.
 *
 * <p>Order within a call: the state is changed before anyone is told, so a consumer may reset, end or open streams from wherever it is called.
 */
public final class Http2Connection {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final long DRAIN_PING = 0x6c656261_64726169L;
    private static final long DRAIN_NANOS = 1_000_000_000L;

    private enum Drain {
        NO,
        ANNOUNCED,
        DECIDED
    }

    private final Role role;
    private final Http2Limits limits;
    private final Http2Scratch scratch;
    private final FrameOutput output;
    private final Http2Events events;
    private final FrameWriter writer;
    private final FrameReader reader;
    private final Receiver receiver;
    private final Sender sender;
    private final Defences defences;
    private final StreamTable streams = new StreamTable();
    private final ClosedStreams closed = new ClosedStreams();
    private final PeerSettings peer = new PeerSettings();
    private Drain drain = Drain.NO;
    private long drainSince;
    private long settingsSince;
    private int prefaceRead;
    private int lastPeerStream;
    private int lastServed = Integer.MAX_VALUE;
    private int nextOwnStream = 1;
    private boolean isPeerLeaving;
    private boolean hasFailed;
    private boolean hasFinished;
    private boolean isSettled;
    private boolean isAcknowledged;
    private boolean isCut;
    private long cutSince;

    /** How many bytes a client's connection begins with (RFC 9113 §3.4). */
    public static int prefaceLength() {
        return PREFACE.length;
    }

    /** One of them. */
    public static byte preface(int index) {
        return PREFACE[index];
    }

    static byte[] preface() {
        return PREFACE.clone();
    }

    /** A connection that has said nothing yet. */
    public Http2Connection(
            Role role, Http2Limits limits, Http2Scratch scratch, FrameOutput output, Http2Events events) {
        this.role = role;
        this.limits = limits;
        this.scratch = scratch;
        this.output = output;
        this.events = events;
        this.writer = new FrameWriter(output);
        this.reader = new FrameReader(scratch.payload);
        this.defences = new Defences(limits.streams(), output.nanos());
        this.sender = new Sender(this, writer, output, scratch.block);
        this.receiver = new Receiver(this);
        this.prefaceRead = role == Role.SERVER ? 0 : PREFACE.length;
    }

    /** Says what comes first: settings, and as a client the preface. */
    public void start() {
        settingsSince = output.nanos();
        int list = (int) Math.min(Integer.MAX_VALUE, RequestText.listSize(limits.headBytes(), limits.headFields()));
        if (role == Role.CLIENT) {
            writer.raw(PREFACE);
            writer.settings(
                    PeerSettings.ENABLE_PUSH,
                    0,
                    PeerSettings.INITIAL_WINDOW_SIZE,
                    limits.streamWindow(),
                    PeerSettings.MAX_HEADER_LIST_SIZE,
                    list);
        } else {
            writer.settings(
                    PeerSettings.MAX_CONCURRENT_STREAMS,
                    limits.streams(),
                    PeerSettings.INITIAL_WINDOW_SIZE,
                    limits.streamWindow(),
                    PeerSettings.MAX_HEADER_LIST_SIZE,
                    list,
                    PeerSettings.NO_RFC7540_PRIORITIES,
                    1);
        }
        int more = limits.connectionWindow() - Http2Limits.FIRST_WINDOW;
        if (more > 0) {
            writer.windowUpdate(0, more);
        }
    }

    /** Takes bytes from the peer; the buffer stays the caller's. */
    public void receive(ByteBuf buf) {
        while (prefaceRead < PREFACE.length && buf.isReadable() && !hasFailed) {
            if (buf.readByte() != PREFACE[prefaceRead++]) {
                fail(Fault.BAD_PREFACE);
            }
        }
        if (!hasFailed && prefaceRead == PREFACE.length) {
            reader.read(buf, receiver);
        }
        boolean isCutNow = prefaceRead < PREFACE.length || reader.isInPayload() || receiver.isInBlock();
        if (!isCutNow) {
            isCut = false;
        } else if (!isCut) {
            isCut = true;
            cutSince = output.nanos();
        }
    }

    /** Whether the preface, a frame that is no data, or a field block has begun and not ended. */
    public boolean isCut() {
        return isCut;
    }

    /** Sends what was written. Called at the end of a turn. */
    public void flush() {
        writer.flush();
    }

    /** The channel takes more. */
    public void writable() {
        sender.pump();
    }

    /** Looks at what waits for too long; to be called every second or so. */
    public void tick() {
        long now = output.nanos();
        if (hasFailed || hasFinished) {
            return;
        }
        if (!isAcknowledged && now - settingsSince > limits.settingsNanos()) {
            fail(Fault.SETTINGS_TIMEOUT);
            return;
        }
        if (isCut && now - cutSince > limits.settingsNanos()) {
            fail(Fault.HEADER_TIMEOUT);
            return;
        }
        if (drain == Drain.ANNOUNCED && now - drainSince > DRAIN_NANOS) {
            decideDrain();
        }
        if (sender.queued() > 0) {
            for (Http2Stream stream : streams.all()) {
                if (stream.queued > 0 && now - stream.lastProgress > limits.stallNanos()) {
                    fault(stream, Fault.STALLED);
                }
            }
        }
    }

    /** The peer sends no more: what it has asked for completely is served, and nothing else. */
    public void inputEnded() {
        isPeerLeaving = true;
        for (Http2Stream stream : streams.all()) {
            if (!stream.hasRemoteEnded && !stream.isClosed) {
                lose(stream, Fault.CONNECTION_LOST, ClosedStreams.Way.BY_PEER);
            }
        }
        finishIfDone();
    }

    /** The channel is closed. */
    public void closed() {
        hasFailed = true;
        hasFinished = true;
        loseStreams();
        writer.close();
    }

    /**
     * Takes no more streams, serves those that are there, and ends (RFC 9113 §6.8): first the peer is told, and those streams that it
     * opened before it knew are served, too.
     */
    public void drain() {
        if (drain != Drain.NO || hasFailed) {
            return;
        }
        drain = Drain.ANNOUNCED;
        drainSince = output.nanos();
        if (role == Role.SERVER) {
            writer.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR);
            writer.ping(DRAIN_PING);
        } else {
            decideDrain();
        }
    }

    void pinged(long data) {
        if (drain == Drain.ANNOUNCED && data == DRAIN_PING) {
            decideDrain();
        }
    }

    private void decideDrain() {
        drain = Drain.DECIDED;
        lastServed = lastPeerStream;
        writer.goAway(lastPeerStream, ErrorCode.NO_ERROR);
        finishIfDone();
    }

    private void finishIfDone() {
        boolean isDone = drain == Drain.DECIDED || isPeerLeaving;
        if (isDone && streams.count() == 0 && !hasFinished && !hasFailed) {
            hasFinished = true;
            events.finished();
        }
    }

    /** Ends the connection because of a fault; false, for what goes on as long as it is true. */
    boolean fail(Fault fault) {
        if (hasFailed) {
            return false;
        }
        hasFailed = true;
        events.fault(fault);
        writer.goAway(Math.min(lastPeerStream, lastServed), fault.code());
        loseStreams();
        if (!hasFinished) {
            hasFinished = true;
            events.finished();
        }
        return false;
    }

    private void loseStreams() {
        for (Http2Stream stream = streams.any(); stream != null; stream = streams.any()) {
            lose(stream, Fault.CONNECTION_LOST, ClosedStreams.Way.BY_SELF);
        }
    }

    private void lose(Http2Stream stream, Fault fault, ClosedStreams.Way way) {
        Http2Consumer consumer = stream.consumer;
        close(stream, way);
        if (consumer != null) {
            consumer.reset(fault);
        }
    }

    /** A stream ends because of a fault; true if the connection goes on. */
    boolean fault(Http2Stream stream, Fault fault) {
        events.fault(fault);
        writer.reset(stream.id(), fault.code());
        lose(stream, fault, ClosedStreams.Way.BY_SELF);
        return provoked();
    }

    /** A stream that is not there gets a reset; true if the connection goes on. */
    boolean fault(int id, Fault fault) {
        events.fault(fault);
        writer.reset(id, fault.code());
        closed.add(id, ClosedStreams.Way.BY_SELF);
        return provoked();
    }

    private boolean provoked() {
        return !hasFailed && (defences.takesProvokedReset(output.nanos()) || fail(Fault.PROVOKED_RESETS));
    }

    /** The peer reset a stream; true if the connection goes on. */
    boolean resetByPeer(Http2Stream stream, ErrorCode code) {
        lose(
                stream,
                code == ErrorCode.REFUSED_STREAM ? Fault.REFUSED_BY_PEER : Fault.RESET_BY_PEER,
                ClosedStreams.Way.BY_PEER);
        return !hasFailed && (role == Role.CLIENT || defences.takesReset(output.nanos()) || fail(Fault.RAPID_RESET));
    }

    void resetByConsumer(Http2Stream stream, ErrorCode code) {
        writer.reset(stream.id(), code);
        close(stream, ClosedStreams.Way.BY_SELF);
    }

    /** The consumer of an open stream is gone: what still comes is dropped. */
    void left(Http2Stream stream) {
        boolean isAnswerUnwanted = role == Role.CLIENT && !stream.hasRemoteEnded;
        if (!stream.isEndQueued || isAnswerUnwanted) {
            resetByConsumer(stream, ErrorCode.CANCEL);
            return;
        }
        receiver.streamClosed(stream);
    }

    /** All of a stream has been sent. */
    void localEnded(Http2Stream stream) {
        if (stream.hasRemoteEnded) {
            complete(stream);
        } else if (role == Role.SERVER) {
            // The response is complete without the rest of the request (RFC 9113 §8.1); who said all of it knows.
            writer.reset(stream.id(), ErrorCode.NO_ERROR);
            close(stream, ClosedStreams.Way.BY_SELF);
        }
    }

    /** All of a stream has been received. */
    void remoteEnded(Http2Stream stream) {
        stream.hasRemoteEnded = true;
        if (stream.hasLocalEnded) {
            complete(stream);
        }
    }

    private void complete(Http2Stream stream) {
        defences.streamCompleted();
        close(stream, ClosedStreams.Way.ENDED);
    }

    private void close(Http2Stream stream, ClosedStreams.Way way) {
        if (stream.isClosed) {
            return;
        }
        stream.isClosed = true;
        receiver.streamClosed(stream);
        sender.forget(stream);
        streams.remove(stream);
        closed.add(stream.id(), way);
        if (role == Role.CLIENT) {
            events.changed();
        }
        finishIfDone();
    }

    /** A stream of the peer's begins. */
    Http2Stream begin(int id) {
        lastPeerStream = id;
        Http2Stream stream = new Http2Stream(this, id, peer.initialWindow, limits.streamWindow());
        streams.add(stream);
        return stream;
    }

    /**
     * Whether another stream can be opened now. Only as a client.
     *
     * @param reserved how many others are to be opened before
     */
    public boolean canOpen(int reserved) {
        int count = streams.count() + reserved;
        return count < peer.maxStreams
                && count < limits.streams()
                && drain == Drain.NO
                && !isPeerLeaving
                && !hasFailed
                && nextOwnStream > 0;
    }

    /**
     * Opens a stream, which {@link #canOpen} allows.
     *
     * @param isHead whether the method is HEAD, whose response says the length of what does not come
     * @param isLast whether the request has neither content nor trailers
     */
    public Http2Stream open(Http2Consumer consumer, FieldSource head, boolean isHead, boolean isLast) {
        Http2Stream stream = new Http2Stream(this, nextOwnStream, peer.initialWindow, limits.streamWindow());
        nextOwnStream += 2;
        stream.consumer = consumer;
        stream.isHeadRequest = isHead;
        streams.add(stream);
        stream.sendHead(head, isLast);
        return stream;
    }

    /** Whether it has ended, or is to. */
    public boolean isOver() {
        return hasFailed || hasFinished;
    }

    /** How many streams are open. */
    public int open() {
        return streams.count();
    }

    /** Whether the peer's settings have come, so that it is known how many streams it takes. */
    public boolean isSettled() {
        return isSettled;
    }

    /** The peer's settings; true if the connection goes on. */
    boolean settings(byte[] a, int from, int to) {
        isSettled = true;
        long window = peer.initialWindow;
        Fault fault = peer.take(a, from, to, role == Role.CLIENT);
        if (fault != null) {
            return fail(fault);
        }
        sender.encoder().allow(peer.headerTableSize);
        if (peer.initialWindow != window) {
            for (Http2Stream stream : streams.all()) {
                if (!sender.open(stream, peer.initialWindow - window)) {
                    return fail(Fault.WINDOW_OVERFLOW);
                }
            }
            sender.pump();
        }
        writer.settingsAck();
        if (role == Role.CLIENT) {
            events.changed();
        }
        return !hasFailed;
    }

    void settingsAcknowledged() {
        isAcknowledged = true;
    }

    /** The peer opens no more streams, or has not seen those behind one. */
    void peerLeaves(int lastStream) {
        isPeerLeaving = true;
        if (role == Role.CLIENT) {
            for (Http2Stream stream : streams.all()) {
                if (stream.id() > lastStream && !stream.isClosed) {
                    lose(stream, Fault.NOT_SEEN, ClosedStreams.Way.BY_PEER);
                }
            }
            events.changed();
        }
        finishIfDone();
    }

    void taken(Http2Stream stream, int bytes) {
        receiver.taken(stream, bytes);
    }

    /** Whether the stream is one that nobody has opened yet. */
    boolean isIdle(int id) {
        boolean isOwn = (id & 1) == (role == Role.CLIENT ? 1 : 0);
        return isOwn ? role == Role.SERVER || id >= nextOwnStream : id > lastPeerStream;
    }

    boolean hasFailed() {
        return hasFailed;
    }

    int lastServed() {
        return lastServed;
    }

    Role role() {
        return role;
    }

    Http2Limits limits() {
        return limits;
    }

    Http2Scratch scratch() {
        return scratch;
    }

    FrameOutput output() {
        return output;
    }

    Http2Events events() {
        return events;
    }

    FrameWriter writer() {
        return writer;
    }

    Sender sender() {
        return sender;
    }

    Defences defences() {
        return defences;
    }

    StreamTable streams() {
        return streams;
    }

    ClosedStreams closedStreams() {
        return closed;
    }

    int lastPeerStream() {
        return lastPeerStream;
    }

    /** An id of the peer's that was used for a stream that is not served. */
    void skipped(int id) {
        lastPeerStream = id;
    }
}
