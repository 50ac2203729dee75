package io.leba.kernel.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.spi.TimeSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ServiceManagerTest {
    @TempDir
    Path folder;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private EventLoops loops;

    @BeforeEach
    void start() {
        loops = EventLoops.start(TransportKind.EPOLL, 1, TimeSource.SYSTEM);
    }

    @AfterEach
    void stop() {
        loops.close();
    }

    /** A service manager's end. */
    private void listen(String path) {
        Channel channel = new EpollDomainDatagramChannel();
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                DomainDatagramPacket packet = (DomainDatagramPacket) message;
                told.add(packet.content().toString(StandardCharsets.UTF_8));
                packet.release();
            }
        });
        loops.loops().get(0).eventLoop().register(channel).syncUninterruptibly();
        channel.bind(new DomainSocketAddress(path)).syncUninterruptibly();
    }

    @Test
    void itIsToldOverTheSocketThatItNames() throws InterruptedException {
        String path = folder.resolve("notify").toString();
        listen(path);
        ServiceManager.of(Map.of("NOTIFY_SOCKET", path), loops).tell("READY=1\nMAINPID=7");
        assertEquals("READY=1\nMAINPID=7", told.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void itMayNameAnAbstractSocket() throws InterruptedException {
        String name = "leba-test-" + ProcessHandle.current().pid();
        listen("\0" + name);
        ServiceManager.of(Map.of("NOTIFY_SOCKET", "@" + name), loops).tell("STOPPING=1");
        assertEquals("STOPPING=1", told.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void aManagerThatIsNotThereHarmsNothing() {
        ServiceManager.of(Map.of("NOTIFY_SOCKET", folder.resolve("gone").toString()), loops)
                .tell("READY=1");
        ServiceManager.of(Map.of(), loops).tell("READY=1");
    }
}
