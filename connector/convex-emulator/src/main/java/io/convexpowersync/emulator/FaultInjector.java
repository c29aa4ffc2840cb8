package io.convexpowersync.emulator;

/** Decides for every request whether something goes wrong. Called from several threads. */
@FunctionalInterface
public interface FaultInjector {
  /** What goes wrong with this request; {@link Fault#NONE} for nothing. */
  Fault nextFault(EmulatorRequest request);
}
