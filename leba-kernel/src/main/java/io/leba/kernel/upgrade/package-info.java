/**
 * One process of LEBA takes the place of another without a refused connection: the earlier one starts the later one, hands it
 * its listening sockets and what it knows, waits until it is ready, and drains.
 *
 * <p>The two speak over Unix domain sockets in a folder that only their user may enter, named to the later process by the
 * variable {@code LEBA_UPGRADE}. {@link io.leba.kernel.upgrade.Successor} is the earlier one's side, {@link
 * io.leba.kernel.upgrade.Predecessor} the later one's.
 */
package io.leba.kernel.upgrade;
