package io.convexpowersync.streams;

import io.convexpowersync.streams.DateTokens.Kind;
import io.convexpowersync.streams.DateTokens.Token;
import java.util.OptionalLong;

/**
 * Reads dates as the JavaScript engine of the Service (V8) does: ISO 8601 first, and what is not
 * ISO leniently, for example {@code Jan 2, 2024 3:04 pm} or {@code 2024/1/2}. Not thread-safe.
 */
final class DateText {
  private static final int MILLISECOND_DIGITS = 3;
  private static final int MAX_FRACTION_DIGITS = 9;

  private final DateTokens tokens;
  private final DateFields fields = new DateFields();

  private DateText(String text) {
    this.tokens = new DateTokens(text);
  }

  /** Milliseconds since 1970, or empty if the text is no date. */
  static OptionalLong parse(String text) {
    DateText date = new DateText(text);
    Token unread = date.isoDate();
    return unread != null && date.lenient(unread)
        ? date.fields.toMilliseconds()
        : OptionalLong.empty();
  }

  /**
   * Reads as much of an ISO date as there is.
   *
   * @return the token at which the text is no longer ISO; null if it is no date at all
   */
  private Token isoDate() {
    Token first = tokens.next();
    if (first.isSign()) {
      boolean negativeZero = first.isSymbol('-') && tokens.peek().value() == 0;
      if (!tokens.peek().isNumber(6)) {
        return first;
      }
      int year = tokens.next().value();
      if (negativeZero) {
        return first;
      }
      fields.addDay(first.isSymbol('-') ? -year : year);
    } else if (first.isNumber(4)) {
      fields.addDay(first.value());
    } else {
      return first;
    }
    return isoMonthAndDay() ? isoTime() : tokens.next();
  }

  /** False if a hyphen is not followed by what should come. */
  private boolean isoMonthAndDay() {
    if (!tokens.skip('-')) {
      return true;
    }
    if (!tokens.peek().isNumber(2) || !DateFields.isMonth(tokens.peek().value())) {
      return false;
    }
    fields.addDay(tokens.next().value());
    if (!tokens.skip('-')) {
      return true;
    }
    if (!tokens.peek().isNumber(2) || !DateFields.isDay(tokens.peek().value())) {
      return false;
    }
    fields.addDay(tokens.next().value());
    return true;
  }

  private Token isoTime() {
    if (tokens.peek().is(Kind.TIME_SEPARATOR)) {
      tokens.next();
      if (!isoClock() || !isoZone() || !tokens.peek().is(Kind.END)) {
        return null;
      }
    } else if (!tokens.peek().is(Kind.END)) {
      return tokens.next();
    }
    fields.setIso();
    return tokens.next();
  }

  private boolean isoClock() {
    if (!tokens.peek().isNumber(2) || tokens.peek().value() > 24) {
      return false;
    }
    boolean midnight = tokens.peek().value() == 24;
    fields.addTime(tokens.next().value());
    if (!tokens.skip(':') || !isoSixtieth(midnight)) {
      return false;
    }
    if (!tokens.skip(':')) {
      return true;
    }
    if (!isoSixtieth(midnight)) {
      return false;
    }
    if (!tokens.skip('.')) {
      return true;
    }
    if (!tokens.peek().is(Kind.NUMBER) || (midnight && tokens.peek().value() > 0)) {
      return false;
    }
    return fields.addTime(milliseconds(tokens.next()));
  }

  private boolean isoSixtieth(boolean midnight) {
    Token number = tokens.peek();
    boolean valid =
        number.isNumber(2)
            && DateFields.isSixtieth(number.value())
            && (!midnight || number.value() == 0);
    return valid && fields.addTime(tokens.next().value());
  }

  private boolean isoZone() {
    if (tokens.peek().isZulu()) {
      tokens.next();
      fields.setZone(0);
      return true;
    }
    if (!tokens.peek().isSign()) {
      return true;
    }
    fields.setZoneSign(tokens.next().isSymbol('-') ? -1 : 1);
    Token hour = tokens.next();
    int minute;
    int hours = hour.value();
    if (hour.isNumber(4)) {
      minute = hours % 100;
      hours /= 100;
    } else if (hour.isNumber(2) && tokens.skip(':') && tokens.peek().isNumber(2)) {
      minute = tokens.next().value();
    } else {
      return false;
    }
    fields.setZoneOffset(hours, minute);
    return DateFields.isHour(hours) && DateFields.isSixtieth(minute);
  }

  /** The first three digits of a fraction; of very long ones, counted from the first non-zero. */
  private static int milliseconds(Token fraction) {
    int value = fraction.value();
    int digits = Math.min(fraction.length(), MAX_FRACTION_DIGITS);
    for (; digits < MILLISECOND_DIGITS; digits++) {
      value *= 10;
    }
    for (; digits > MILLISECOND_DIGITS; digits--) {
      value /= 10;
    }
    return value;
  }

  private boolean lenient(Token first) {
    boolean sawNumber = fields.hasDay();
    for (Token token = first; !token.is(Kind.END); token = tokens.next()) {
      boolean valid =
          switch (token.kind()) {
            case NUMBER -> number(token.value());
            case SYMBOL -> symbol(token, sawNumber);
            case MONTH, AM_PM, ZONE, TIME_SEPARATOR, WORD -> word(token, sawNumber);
            default -> true;
          };
      if (!valid) {
        return false;
      }
      sawNumber |= token.is(Kind.NUMBER) || isOffset(token);
    }
    return true;
  }

  private boolean number(int number) {
    if (tokens.skip(':')) {
      return hourOrMinute(number);
    }
    if (tokens.skip('.') && fields.expectsTime(number)) {
      fields.addTime(number);
      if (!tokens.peek().is(Kind.NUMBER)) {
        return false;
      }
      fields.addLastTime(milliseconds(tokens.next()));
      return true;
    }
    if (fields.expectsZoneMinute(number)) {
      fields.setZoneMinute(number);
      return true;
    }
    if (fields.expectsTime(number)) {
      fields.addLastTime(number);
      Token after = tokens.peek();
      return after.is(Kind.END) || after.is(Kind.BLANK) || after.isZulu() || after.isSign();
    }
    boolean added = fields.addDay(number);
    tokens.skip('-');
    return added;
  }

  private boolean hourOrMinute(int number) {
    if (tokens.skip(':')) {
      return !fields.hasTime() && fields.addTime(number) && fields.addTime(0);
    }
    boolean added = fields.addTime(number);
    tokens.skip('.');
    return added;
  }

  /** Before the first number, words that mean nothing are skipped. */
  private boolean word(Token word, boolean sawNumber) {
    if (word.is(Kind.AM_PM) && fields.hasTime()) {
      fields.setHalfDay(word.value());
    } else if (word.is(Kind.MONTH)) {
      fields.setMonth(word.value());
      tokens.skip('-');
    } else if (word.is(Kind.ZONE) && sawNumber) {
      fields.setZone(word.value());
    } else {
      return !sawNumber && !tokens.peek().is(Kind.NUMBER);
    }
    return true;
  }

  private boolean symbol(Token symbol, boolean sawNumber) {
    if (isOffset(symbol)) {
      return offset(symbol.isSymbol('-') ? -1 : 1);
    }
    return !sawNumber || !(symbol.isSign() || symbol.isSymbol(')'));
  }

  private boolean isOffset(Token token) {
    return token.isSign() && (fields.isUtc() || fields.hasTime());
  }

  private boolean offset(int sign) {
    fields.setZoneSign(sign);
    Token number = tokens.peek().is(Kind.NUMBER) ? tokens.next() : null;
    int value = number == null ? 0 : number.value();
    int digits = number == null ? 0 : number.length();
    if (tokens.peek().isSymbol(':')) {
      fields.setZoneOffset(value, -1);
    } else if (digits == 1 || digits == 2) {
      fields.setZoneOffset(value, 0);
    } else if (digits == 3 || digits == 4) {
      fields.setZoneOffset(value / 100, value % 100);
    } else {
      return false;
    }
    return true;
  }
}
