package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.load.Load;
import java.util.List;
import java.util.Map;

/**
 * One of those that are compared.
 *
 * @param processes those that work for it, by what they are called in a table
 * @param ours whether it is Tidemark
 */
record Contender(String name, Load load, Map<String, List<Long>> processes, boolean ours) {}
