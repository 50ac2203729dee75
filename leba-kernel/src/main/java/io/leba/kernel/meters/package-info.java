/** Measurements that event loops write into fields of their own, and that exporters merge when they look. */
package io.leba.kernel.meters;
