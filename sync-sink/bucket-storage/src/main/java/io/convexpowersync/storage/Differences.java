package io.convexpowersync.storage;

import io.convexpowersync.storage.VerificationReport.Difference;
import io.convexpowersync.storage.VerificationReport.Kind;
import java.util.ArrayList;
import java.util.List;

/** Counts differences and keeps the first of them. */
final class Differences {
  private static final int KEPT = 100;

  private final List<Difference> kept = new ArrayList<>();
  private long count;

  void add(Kind kind, String bucket, String row) {
    count++;
    if (kept.size() < KEPT) {
      kept.add(new Difference(kind, bucket, row));
    }
  }

  long count() {
    return count;
  }

  List<Difference> kept() {
    return kept;
  }
}
