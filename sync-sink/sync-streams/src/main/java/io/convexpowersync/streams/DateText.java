package io.convexpowersync.streams;

import java.util.OptionalLong;

/**
 * Dates as texts, in the ISO 8601 shapes that JavaScript's Date takes: {@code YYYY[-MM[-DD]]} or
 * {@code ±YYYYYY...}, then {@code T} or a blank, {@code hh:mm[:ss[.fraction]]}, then {@code Z} or
 * an offset. Other texts are not dates here.
 */
final class DateText {
  private DateText() {}

  static OptionalLong parse(String text) {
    return OptionalLong.empty();
  }
}
