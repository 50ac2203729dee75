package io.leba.spi;

import java.util.List;

/**
 * A histogram with what it is called, for exporters that have real histograms.
 *
 * @param name as given to {@link Meters#histogram}
 * @param help what it measures
 * @param labels names and values in turn, in the order of the names
 * @param histogram the values; read with {@link LoopHistogram#snapshot()}
 */
public record Distribution(String name, String help, List<String> labels, LoopHistogram histogram) {}
