package io.leba.plugin.protocol.http.bench;

import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.testkit.protocol.Transport;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;

/** The engine alone, for measuring: {@code ProxyMain <nio|epoll> <port> <origin port>...}. */
public final class ProxyMain {
    private ProxyMain() {}

    /** Runs until it is killed. */
    public static void main(String[] args) throws Exception {
        Transport transport = args[0].equals("nio") ? Transport.nio() : transport("io.netty.channel.epoll.Epoll");
        Proxy proxy = new Proxy(transport);
        proxy.kernel().forgetting();
        proxy.group().forgetting();
        for (int i = 2; i < args.length; i++) {
            proxy.group().add(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[i])));
        }
        proxy.start(Integer.parseInt(args[1]));
        System.out.println("ready");
        Thread.currentThread().join();
    }

    private static Transport transport(String prefix) throws ReflectiveOperationException {
        return new Transport(
                (IoHandlerFactory) Class.forName(prefix + "IoHandler")
                        .getMethod("newFactory")
                        .invoke(null),
                Class.forName(prefix + "ServerSocketChannel").asSubclass(ServerSocketChannel.class),
                Class.forName(prefix + "SocketChannel").asSubclass(SocketChannel.class));
    }
}
