/** The threads apart from the event loops: the one control thread, and the pool for work that may block. */
package io.leba.kernel.thread;
