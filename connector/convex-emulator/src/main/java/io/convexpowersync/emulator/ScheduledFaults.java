package io.convexpowersync.emulator;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Faults that are put in one after another, each for so many requests to one path or to all. The
 * oldest one that fits a request is used. Thread-safe.
 */
public final class ScheduledFaults implements FaultInjector {
  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  private static final class Entry {
    final Optional<String> path;
    final Fault fault;
    long remaining;

    Entry(Optional<String> path, Fault fault, long times) {
      this.path = path;
      this.fault = fault;
      this.remaining = times;
    }

    boolean fits(EmulatorRequest request) {
      return path.isEmpty() || path.get().equals(request.path());
    }

    synchronized boolean take() {
      return remaining > 0 && remaining-- > 0;
    }
  }

  /**
   * Adds a fault.
   *
   * @param path for requests to this path only; empty for all
   * @param times for how many requests
   */
  public ScheduledFaults add(Optional<String> path, Fault fault, long times) {
    entries.add(new Entry(path, fault, times));
    return this;
  }

  /** Forgets all that have not happened yet. */
  public void clear() {
    entries.clear();
  }

  @Override
  public Fault nextFault(EmulatorRequest request) {
    for (Entry entry : entries) {
      if (entry.fits(request)) {
        if (entry.take()) {
          return entry.fault;
        }
        entries.remove(entry);
      }
    }
    return Fault.NONE;
  }
}
