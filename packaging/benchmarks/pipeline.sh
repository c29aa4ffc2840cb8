#!/usr/bin/env bash
# Builds, then measures the whole way from a deployment to bucket storage: see PipelineBenchmark.
#
#   packaging/benchmarks/pipeline.sh [--documents=500000] [--commits=100000]
#
# The heap is the runner's default. JAVA_OPTS replaces it.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
(cd "$root" && "${MVN:-mvn}" -B -ntp -q -pl packaging/benchmarks -am package \
  -Dmaven.test.skip=true -Dspotless.check.skip=true)
# shellcheck disable=SC2086 # options are separated by spaces
exec java ${JAVA_OPTS:--Xmx256m} -Dorg.slf4j.simpleLogger.log.io.convexpowersync=warn \
  -cp "$root/packaging/benchmarks/target/classes:$(cat "$root/packaging/benchmarks/target/classpath")" \
  io.convexpowersync.benchmarks.pipeline.PipelineBenchmark "$@"
