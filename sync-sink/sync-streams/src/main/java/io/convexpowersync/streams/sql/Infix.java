package io.convexpowersync.streams.sql;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The operators that stand behind an operand, and how tightly they bind. */
final class Infix {
  static final int OR = 1;
  static final int AND = 2;
  static final int NOT = 3;
  static final int EQUALITY = 4;
  static final int IS = 5;
  static final int COMPARISON = 6;
  static final int BETWEEN = 7;
  static final int BITS = 8;
  static final int LIKE = 9;
  static final int IN = 10;
  static final int ADDITION = 11;
  static final int MULTIPLICATION = 12;
  static final int POWER = 13;
  static final int SIGN = 14;
  static final int TIME_ZONE = 15;
  static final int INDEX = 16;
  static final int MEMBER = 17;

  /** Binds tighter than any operator: a name, a literal, a call, parentheses. */
  static final int OPERAND = 18;

  /** Symbols between two operands. */
  private static final Map<String, Integer> SYMBOLS = new HashMap<>();

  /** What the other spellings of LIKE mean. */
  private static final Map<String, String> LIKE_SYMBOLS =
      Map.of("~~", "LIKE", "~~*", "ILIKE", "!~~", "NOT LIKE", "!~~*", "NOT ILIKE");

  static {
    put(EQUALITY, "=", "!=");
    put(
        COMPARISON,
        ">",
        ">=",
        "<",
        "<=",
        "@>",
        "<@",
        "?",
        "?|",
        "?&",
        "#>>",
        ">>",
        "<<",
        "~",
        "~*",
        "!~",
        "!~*",
        "@@");
    put(BITS, "|", "&", "#");
    put(LIKE, "~~", "~~*", "!~~", "!~~*");
    put(ADDITION, "+", "-", "||", "#-", "&&");
    put(MULTIPLICATION, "*", "/", "%");
    put(POWER, "^");
  }

  private Infix() {}

  /**
   * An operator between two operands.
   *
   * @param name upper case
   * @param tokens how many tokens it takes
   */
  record Operator(String name, int level, int tokens) {}

  private static void put(int level, String... symbols) {
    List.of(symbols).forEach(symbol -> SYMBOLS.put(symbol, level));
  }

  /** The operator between two operands that comes next; null if none does. */
  static Operator next(TokenCursor cursor) {
    Token token = cursor.peek();
    if (token.kind() == TokenKind.SYMBOL) {
      Integer level = SYMBOLS.get(token.text());
      return level == null
          ? null
          : new Operator(LIKE_SYMBOLS.getOrDefault(token.text(), token.text()), level, 1);
    }
    if (token.kind() == TokenKind.KEYWORD) {
      return token.text().equals("not") ? prefixed(keyword(cursor.peek(1))) : keyword(token);
    }
    boolean timeZone =
        token.isWord("at") && cursor.peek(1).isWord("time") && cursor.peek(2).isWord("zone");
    return timeZone ? new Operator("AT TIME ZONE", TIME_ZONE, 3) : null;
  }

  private static Operator prefixed(Operator operator) {
    return operator == null || operator.level() < LIKE
        ? null
        : new Operator("NOT " + operator.name(), operator.level(), 2);
  }

  private static Operator keyword(Token token) {
    if (token.kind() != TokenKind.KEYWORD) {
      return null;
    }
    String name = token.text().toUpperCase(Locale.ROOT);
    return switch (token.text()) {
      case "or" -> new Operator(name, OR, 1);
      case "and" -> new Operator(name, AND, 1);
      case "in" -> new Operator(name, IN, 1);
      case "like", "ilike" -> new Operator(name, LIKE, 1);
      default -> null;
    };
  }
}
