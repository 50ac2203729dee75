/**
 * A kernel as a protocol sees it, on real sockets and one real event loop, with a clock that a test turns.
 *
 * <pre>{@code
 * try (TestKernel kernel = new TestKernel(Transport.nio(), "frontend_services[test]")) {
 *     TestGroup group = new TestGroup("app", "echo").add(backend.address());
 *     Protocol protocol = new EchoProvider().create(config, kernel.scope());
 *     kernel.publish(protocol.compile(plan(group)));
 *     InetSocketAddress address = kernel.listen(protocol, 0);
 *     // speak with it; then see what it told the kernel
 *     assertEquals(List.of(Outcome.SUCCESS), kernel.exits());
 *     assertEquals(0, group.inFlight());
 * }
 * }</pre>
 *
 * <p>It is as strict as the kernel: all channels read into one shared buffer with headroom, a deadline that was closed cannot be
 * armed, a connection is given back to the pool once, with reading on and nothing unsent, by the opener that made it.
 */
package io.leba.testkit.protocol;
