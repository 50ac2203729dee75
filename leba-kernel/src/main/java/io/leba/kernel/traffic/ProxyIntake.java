package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.ProxyAddresses;
import io.leba.kernel.transport.ProxyHeader;
import io.leba.spi.OnLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;

/** Waits for the header of the PROXY protocol from somebody who is trusted, and lets the connection on as the client's. */
@OnLoop
final class ProxyIntake extends FirstBytes {
    private final ProxyIn terms;

    ProxyIntake(Frontend frontend, KernelLoop loop, ProxyIn terms) {
        super(frontend, loop);
        this.terms = terms;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        expireIn(terms.patience().toMillis());
    }

    @Override
    void expired() {
        if (!terms.isRequired() && hasSeenNothing()) {
            letOn(Unpooled.EMPTY_BUFFER, null); // whose protocol lets the server speak first, perhaps
        } else {
            refuse(Refusal.PROXY_TIMEOUT);
        }
    }

    @Override
    Fate look(ByteBuf all) {
        ProxyHeader.Read read = ProxyHeader.read(all);
        if (read instanceof ProxyHeader.Whole header) {
            all.skipBytes(header.length());
            return letOn(all, header.addresses().orElse(null));
        }
        if (read instanceof ProxyHeader.Malformed malformed) {
            frontend.malformed(context().channel(), malformed.problem());
            return refuse(Refusal.PROXY_MALFORMED);
        }
        if (read instanceof ProxyHeader.More) {
            return Fate.KEPT;
        }
        return terms.isRequired() ? refuse(Refusal.PROXY_MISSING) : letOn(all, null);
    }

    private Fate letOn(ByteBuf all, ProxyAddresses addresses) {
        return passOn(all, frontend.admit(context().channel(), loop, addresses));
    }
}
