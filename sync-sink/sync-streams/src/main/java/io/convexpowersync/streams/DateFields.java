package io.convexpowersync.streams;

import java.time.LocalDate;
import java.util.OptionalLong;

/**
 * Collects the numbers of a date, and decides at the end what they mean. Not thread-safe.
 *
 * <p>A date that is not ISO has its year wherever the number cannot be a day, and years below 100
 * belong to the 20th or 21st century.
 */
final class DateFields {
  private static final int DAY_NUMBERS = 3;
  private static final int TIME_NUMBERS = 4;
  private static final int NOON = 12;
  private static final long MS_PER_SECOND = 1000;
  private static final long MAX_MS = 8_640_000_000_000_000L;

  private final int[] day = {1, 1, 1};
  private final int[] time = new int[TIME_NUMBERS];
  private int days;
  private int times;
  private int namedMonth;
  private boolean iso;
  private int hourOffset = -1;

  private int zoneSign;
  private int zoneHour = -1;
  private int zoneMinute = -1;

  static boolean isDay(int number) {
    return number >= 1 && number <= 31;
  }

  static boolean isMonth(int number) {
    return number >= 1 && number <= 12;
  }

  static boolean isHour(int number) {
    return number >= 0 && number <= 23;
  }

  /** Of minutes and of seconds. */
  static boolean isSixtieth(int number) {
    return number >= 0 && number <= 59;
  }

  boolean addDay(int number) {
    if (days == DAY_NUMBERS) {
      return false;
    }
    day[days++] = number;
    return true;
  }

  void setMonth(int month) {
    namedMonth = month;
  }

  void setIso() {
    iso = true;
  }

  boolean hasDay() {
    return days > 0;
  }

  boolean addTime(int number) {
    if (times == TIME_NUMBERS) {
      return false;
    }
    time[times++] = number;
    return true;
  }

  void addLastTime(int number) {
    addTime(number);
    times = TIME_NUMBERS;
  }

  boolean hasTime() {
    return times > 0;
  }

  /** Whether the number could continue the time that has begun. */
  boolean expectsTime(int number) {
    return switch (times) {
      case 1, 2 -> isSixtieth(number);
      case 3 -> number >= 0 && number < MS_PER_SECOND;
      default -> false;
    };
  }

  /**
   * @param offset 0 for the morning, 12 for the afternoon
   */
  void setHalfDay(int offset) {
    hourOffset = offset;
  }

  void setZone(int hours) {
    zoneSign = hours < 0 ? -1 : 1;
    zoneHour = Math.abs(hours);
    zoneMinute = 0;
  }

  void setZoneSign(int sign) {
    zoneSign = sign;
  }

  /**
   * @param minute -1 if it is still to come
   */
  void setZoneOffset(int hour, int minute) {
    zoneHour = hour;
    zoneMinute = minute;
  }

  boolean expectsZoneMinute(int number) {
    return zoneHour >= 0 && zoneMinute < 0 && isSixtieth(number);
  }

  void setZoneMinute(int minute) {
    zoneMinute = minute;
  }

  boolean isUtc() {
    return zoneHour == 0 && zoneMinute == 0;
  }

  /** Empty if the numbers make no point in time. Without a zone it is UTC. */
  OptionalLong toMilliseconds() {
    LocalDate date = days == 0 ? null : date();
    // The engine counts the offset in 32 bits, and takes what does not fit for no date.
    int offset = Math.max(0, zoneHour) * 3600 + Math.max(0, zoneMinute) * 60;
    if (date == null || offset < 0 || !completeTime()) {
      return OptionalLong.empty();
    }
    long seconds = date.toEpochDay() * 86_400 + time[0] * 3600L + time[1] * 60L + time[2];
    seconds -= (long) zoneSign * offset;
    long ms = seconds * MS_PER_SECOND + time[3];
    return Math.abs(ms) <= MAX_MS ? OptionalLong.of(ms) : OptionalLong.empty();
  }

  private LocalDate date() {
    if (namedMonth != 0) {
      return isDay(day[0]) ? date(day[1], namedMonth, day[0]) : date(day[0], namedMonth, day[1]);
    }
    return iso || !isDay(day[0]) ? date(day[0], day[1], day[2]) : date(day[2], day[0], day[1]);
  }

  /** Days that the month does not have overflow into the next one. */
  private LocalDate date(int year, int month, int dayOfMonth) {
    if (!isMonth(month) || !isDay(dayOfMonth)) {
      return null;
    }
    return LocalDate.of(iso ? year : fullYear(year), month, 1).plusDays(dayOfMonth - 1L);
  }

  private static int fullYear(int year) {
    if (year < 0 || year > 99) {
      return year;
    }
    return year < 50 ? year + 2000 : year + 1900;
  }

  private boolean completeTime() {
    if (hourOffset >= 0) {
      if (time[0] < 0 || time[0] > NOON) {
        return false;
      }
      time[0] = time[0] % NOON + hourOffset;
    }
    boolean valid =
        isHour(time[0]) && isSixtieth(time[1]) && isSixtieth(time[2]) && time[3] < MS_PER_SECOND;
    return valid || (time[0] == 24 && time[1] == 0 && time[2] == 0 && time[3] == 0);
  }
}
