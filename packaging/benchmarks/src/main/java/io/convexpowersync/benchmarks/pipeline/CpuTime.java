package io.convexpowersync.benchmarks.pipeline;

/**
 * CPU time used, in seconds.
 *
 * @param jvm the process that is measured
 * @param compiler of that, the JIT compiler
 * @param collector of that, the garbage collector
 * @param broker the Kafka broker; 0 without one
 * @param postgres the database server, all of its processes
 * @param wall wall-clock time
 */
record CpuTime(
    double jvm, double compiler, double collector, double broker, double postgres, double wall) {
  CpuTime since(CpuTime start) {
    return new CpuTime(
        jvm - start.jvm,
        compiler - start.compiler,
        collector - start.collector,
        broker - start.broker,
        postgres - start.postgres,
        wall - start.wall);
  }
}
