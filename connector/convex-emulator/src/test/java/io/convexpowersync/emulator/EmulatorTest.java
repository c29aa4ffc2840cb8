package io.convexpowersync.emulator;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A deployment for every test, and a client of it. */
abstract class EmulatorTest {
  static final TablePath TASKS = TablePath.root("tasks");

  /** Wall clock of deployments whose options say so (ns). */
  final AtomicLong clock = new AtomicLong(1_785_412_800_000_000_000L);

  ConvexEmulator emulator;
  TestClient client;

  @BeforeEach
  final void startEmulator() throws IOException {
    restart(options());
  }

  /** Another deployment instead of the one that there is. */
  final void restart(EmulatorOptions options) throws IOException {
    stopEmulator();
    emulator = ConvexEmulator.start(options);
    client = new TestClient(emulator);
    populate();
  }

  /** How the deployment is set up. */
  EmulatorOptions options() {
    return EmulatorOptions.defaults();
  }

  /** What it holds before the test. */
  void populate() {}

  /** With the clock that the test moves. */
  final EmulatorOptions withManualClock() {
    return EmulatorOptions.defaults().withClock(clock::get);
  }

  @AfterEach
  final void stopEmulator() {
    if (emulator != null) {
      emulator.close();
      emulator = null;
    }
  }
}
