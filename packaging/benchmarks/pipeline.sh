#!/usr/bin/env bash
# Builds, then measures the whole way from a deployment to bucket storage: see PipelineBenchmark.
#
#   packaging/benchmarks/pipeline.sh [--documents=500000] [--commits=100000] [--kafka[=only]]
#
# With --kafka also through a stock broker and a stock Connect worker with the plugins' ZIPs; with
# --kafka=only nothing else. The heap is the runner's default. JAVA_OPTS replaces it.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
target=$root/packaging/benchmarks/target
modules=packaging/benchmarks
for option in "$@"; do
  if [[ $option = --kafka* ]]; then
    modules+=,packaging/plugin-archives/convex-source,packaging/plugin-archives/powersync-sink
    modules+=,packaging/system-tests/installations/kafka-4.3
    kafka=yes
  fi
done
(cd "$root" && "${MVN:-mvn}" -B -ntp -q -pl "$modules" -am package \
  -Dmaven.test.skip=true -Dspotless.check.skip=true)
if [ -n "${kafka:-}" ]; then
  rm -rf "$target/plugins"
  mkdir "$target/plugins"
  for zip in "$root"/packaging/plugin-archives/*/target/*.zip; do
    (cd "$target/plugins" && jar -xf "$zip")
  done
fi
# shellcheck disable=SC2086 # options are separated by spaces
exec java ${JAVA_OPTS:--Xmx256m -XX:+UseSerialGC} -Dorg.slf4j.simpleLogger.log.io.convexpowersync=warn \
  -Dkafka.plugins="$target/plugins" -Dkafka.examples="$root/config-examples/kafka-connect" \
  -Dkafka.classpath="$root/packaging/system-tests/installations/kafka-4.3/target/classpath.txt" \
  -cp "$target/classes:$(cat "$target/classpath")" \
  io.convexpowersync.benchmarks.pipeline.PipelineBenchmark "$@"
