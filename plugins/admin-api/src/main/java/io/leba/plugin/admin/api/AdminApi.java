package io.leba.plugin.admin.api;

import io.leba.spi.Background;
import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import io.leba.spi.Scope;
import io.leba.spi.control.Control;
import io.leba.spi.control.Service;
import io.leba.spi.protocol.ServiceSocket;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The management address. Its connections live on the event loop apart from the traffic; its pages are made in the
 * background, a few at a time, so that neither a slow reader nor a flood of requests here touches an exchange.
 */
final class AdminApi implements Service, ServiceSocket {
    private final AdminApiConfig config;
    private final Scope scope;
    private final Background background;
    private final Limits limits;
    private final Set<Conversation> open = ConcurrentHashMap.newKeySet();
    private volatile InetSocketAddress address;
    private volatile RequestHandler handler;
    private volatile boolean draining;

    /** Belongs to the event loop. */
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    /** Belongs to the event loop. */
    private int answering;

    AdminApi(AdminApiConfig config, Scope scope) {
        this(config, scope, scope.background(), Limits.USUAL);
    }

    AdminApi(AdminApiConfig config, Scope scope, Background background, Limits limits) {
        this.config = config;
        this.scope = scope;
        this.background = background;
        this.limits = limits;
    }

    @Override
    public List<ServiceSocket> sockets() {
        return List.of(this);
    }

    @Override
    public InetSocketAddress address() {
        return config.bindAddress();
    }

    @Override
    @OnControl
    public void bound(InetSocketAddress bound) {
        address = bound;
    }

    @Override
    @OnControl
    public void start(Control control) {
        handler = new RequestHandler(new Pages(control), scope.logger());
        scope.onClose(() -> open.forEach(Conversation::close));
        scope.logger().info("management address http://{}/", show(address));
    }

    /** Connections that wait are given a moment, those with an answer under way end after it. */
    @Override
    @OnControl
    public void drain() {
        draining = true;
        open.forEach(Conversation::drain);
    }

    @Override
    @OnLoop
    public void accepted(Channel channel) {
        if (open.size() >= limits.connections()) {
            channel.close();
            return;
        }
        Conversation conversation = new Conversation(this, channel, limits);
        open.add(conversation);
        channel.closeFuture().addListener(closed -> open.remove(conversation));
        conversation.begin();
        if (draining) {
            conversation.drain();
        }
    }

    RequestHandler handler() {
        return handler;
    }

    /** Runs the task in the background, when its turn comes. */
    @OnLoop
    void answer(Runnable task) {
        if (answering < limits.answering()) {
            answering++;
            background.run(task);
        } else {
            waiting.add(task);
        }
    }

    /** A task has run. */
    @OnLoop
    void answered() {
        Runnable next = waiting.poll();
        if (next == null) {
            answering--;
        } else {
            background.run(next);
        }
    }

    static String show(InetSocketAddress address) {
        if (address.getAddress().isAnyLocalAddress()) {
            return "*:" + address.getPort();
        }
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
