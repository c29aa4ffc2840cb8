package io.convexpowersync.benchmarks.pipeline;

/**
 * CPU time used, in seconds.
 *
 * @param jvm this process
 * @param compiler of that, the JIT compiler
 * @param collector of that, the garbage collector
 * @param postgres the database server, all of its processes
 * @param wall wall-clock time
 */
record CpuTime(double jvm, double compiler, double collector, double postgres, double wall) {
  CpuTime since(CpuTime start) {
    return new CpuTime(
        jvm - start.jvm,
        compiler - start.compiler,
        collector - start.collector,
        postgres - start.postgres,
        wall - start.wall);
  }
}
