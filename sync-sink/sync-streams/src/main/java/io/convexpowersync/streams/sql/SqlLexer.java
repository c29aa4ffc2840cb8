package io.convexpowersync.streams.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts SQL into tokens, the way the parser of PowerSync's compiler does (the npm package
 * pgsql-ast-parser): a minus before a digit belongs to the number, numbers have no exponent, names
 * are ASCII, and what is inside a comment must still be cut into tokens.
 */
final class SqlLexer {
  /** Longer ones first where one begins like another. */
  private static final List<String> SYMBOLS =
      List.of(
          "*", ",", "(", ")", "[", "]", ";", ".", "::", ":", "+", "=", "!=", "<>", "->>", "->", "-",
          "/", "!~~*", "!~~", "~~*", "~~", "%", "^", "||", "#-", "&&", "#>>", "!~*", ">=", "<=",
          "@>", "<@", "?|", "?&", ">>", "<<", "~*", "!~", "@@", ">", "<", "?", "~", "|", "&", "#");

  private final String sql;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int commentDepth;

  private SqlLexer(String sql) {
    this.sql = sql;
  }

  /** The tokens, the last of kind END or INVALID. */
  static List<Token> tokens(String sql) {
    return new SqlLexer(sql).tokens();
  }

  private List<Token> tokens() {
    while (at < sql.length()) {
      int start = at;
      if (!next()) {
        add(TokenKind.INVALID, "", start);
        return tokens;
      }
    }
    add(TokenKind.END, "", at);
    return tokens;
  }

  private boolean next() {
    char c = sql.charAt(at);
    if (isSpace(c)) {
      at++;
      return true;
    }
    if (sql.startsWith("--", at)) {
      at = endOfLine(at);
      return true;
    }
    if (sql.startsWith("/*", at)) {
      commentDepth++;
      at += 2;
      return true;
    }
    if (sql.startsWith("*/", at)) {
      return endOfComment();
    }
    return isWordStart(c) ? word() : c == '"' ? quotedWord() : c == '\'' ? string() : other(c);
  }

  private boolean endOfComment() {
    if (commentDepth == 0) {
      at += 2;
      add(TokenKind.SYMBOL, "*/", at - 2);
    } else {
      commentDepth--;
      at += 2;
    }
    return true;
  }

  private boolean other(char c) {
    if (c == '$') {
      return parameter() || codeBlock();
    }
    return number() || symbol();
  }

  private boolean word() {
    int start = at;
    if ((sql.charAt(at) == 'e' || sql.charAt(at) == 'E') && charAt(at + 1) == '\'') {
      return escapedString();
    }
    while (at < sql.length() && (isWordStart(sql.charAt(at)) || isDigit(sql.charAt(at)))) {
      at++;
    }
    String word = sql.substring(start, at).toLowerCase(Locale.ROOT);
    add(Keywords.RESERVED.contains(word) ? TokenKind.KEYWORD : TokenKind.WORD, word, start);
    return true;
  }

  /** A doubled quote stays doubled. */
  private boolean quotedWord() {
    int start = at;
    int end = endOfQuoted(at + 1, '"');
    if (end < 0 || end == start + 1 || sql.substring(start, end).indexOf('*') >= 0) {
      return false;
    }
    at = end + 1;
    add(TokenKind.QUOTED_WORD, sql.substring(start + 1, end), start);
    return true;
  }

  private boolean string() {
    int start = at;
    int end = endOfQuoted(at + 1, '\'');
    if (end < 0) {
      return false;
    }
    at = end + 1;
    add(TokenKind.STRING, sql.substring(start + 1, end).replace("''", "'"), start);
    return true;
  }

  /** Where the closing quote is, or -1. */
  private int endOfQuoted(int from, char quote) {
    int end = sql.indexOf(quote, from);
    while (end >= 0 && charAt(end + 1) == quote) {
      end = sql.indexOf(quote, end + 2);
    }
    return end;
  }

  private boolean escapedString() {
    int start = at;
    StringBuilder text = new StringBuilder();
    int i = at + 2;
    for (; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c == '\'') {
        if (charAt(i + 1) != '\'') {
          break;
        }
        i++;
      }
      i = c == '\\' ? escape(i, text) : append(i, c, text);
      if (i < 0) {
        return false;
      }
    }
    if (i >= sql.length() || i == start + 2) {
      return false;
    }
    at = i + 1;
    add(TokenKind.STRING, text.toString(), start);
    return true;
  }

  private static int append(int i, char c, StringBuilder text) {
    text.append(c);
    return i;
  }

  /** Index of the last character of the escape, or -1 for one that JSON does not know. */
  private int escape(int backslash, StringBuilder text) {
    char c = charAt(backslash + 1);
    int known = "nrtbf\"\\/".indexOf(c);
    if (isSpace(c)) {
      text.append(c);
    } else if (known >= 0) {
      text.append("\n\r\t\b\f\"\\/".charAt(known));
    } else {
      return -1;
    }
    return backslash + 1;
  }

  private boolean parameter() {
    int end = skipDigits(at + 1);
    if (end == at + 1) {
      return false;
    }
    int start = at;
    at = end;
    add(TokenKind.PARAMETER, sql.substring(start, end), start);
    return true;
  }

  private boolean codeBlock() {
    int end = sql.startsWith("$$", at) ? sql.indexOf("$$", at + 2) : -1;
    if (end < 0) {
      return false;
    }
    int start = at;
    at = end + 2;
    add(TokenKind.CODE_BLOCK, sql.substring(start + 2, end), start);
    return true;
  }

  private boolean number() {
    int start = at;
    int digits = charAt(at) == '-' ? at + 1 : at;
    int point = skipDigits(digits);
    if (point > digits && charAt(point) != '.') {
      return number(TokenKind.INTEGER, start, point);
    }
    if (charAt(point) != '.') {
      return false;
    }
    int end = skipDigits(point + 1);
    return (point > digits || end > point + 1) && number(TokenKind.DECIMAL, start, end);
  }

  private boolean number(TokenKind kind, int start, int end) {
    at = end;
    add(kind, sql.substring(start, end), start);
    return true;
  }

  private boolean symbol() {
    for (String symbol : SYMBOLS) {
      if (sql.startsWith(symbol, at)) {
        int start = at;
        at += symbol.length();
        add(TokenKind.SYMBOL, symbol.equals("<>") ? "!=" : symbol, start);
        return true;
      }
    }
    return false;
  }

  private void add(TokenKind kind, String text, int start) {
    boolean ends = kind == TokenKind.END || kind == TokenKind.INVALID;
    if (commentDepth == 0 || ends) {
      tokens.add(new Token(kind, text, new Span(start, at)));
    }
  }

  private int endOfLine(int from) {
    int end = from;
    while (end < sql.length() && !isLineEnd(sql.charAt(end))) {
      end++;
    }
    return end;
  }

  private int skipDigits(int from) {
    int end = from;
    while (isDigit(charAt(end))) {
      end++;
    }
    return end;
  }

  /** NUL behind the end. */
  private char charAt(int index) {
    return index < sql.length() ? sql.charAt(index) : '\0';
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r' || c == '\u2028' || c == '\u2029';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  /** What JavaScript's regular expressions take for a space. */
  static boolean isSpace(char c) {
    return switch (c) {
      case '\t', '\n', '\u000B', '\f', '\r', ' ', '\u00A0', '\uFEFF', '\u2028', '\u2029' -> true;
      default -> Character.getType(c) == Character.SPACE_SEPARATOR;
    };
  }
}
