package io.convexpowersync.source.metrics;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What others measure. Asked by any thread.
 *
 * @param tooLarge how many documents were too large to be written
 * @param positionLate whether the position is older than half of the deployment's retention
 */
public record Gauges(LongSupplier tooLarge, BooleanSupplier positionLate) {}
