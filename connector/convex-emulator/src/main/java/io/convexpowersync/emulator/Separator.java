package io.convexpowersync.emulator;

/** Writes a comma before every element but the first. */
final class Separator {
  private final ByteBuf out;
  private boolean first = true;

  Separator(ByteBuf out) {
    this.out = out;
  }

  void next() {
    if (!first) {
      out.append(',');
    }
    first = false;
  }
}
