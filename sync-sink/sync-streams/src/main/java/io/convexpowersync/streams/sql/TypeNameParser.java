package io.convexpowersync.streams.sql;

import io.convexpowersync.streams.sql.SqlExpression.TypeName;
import java.util.Optional;

/** Parses names of types. */
final class TypeNameParser {
  private final TokenCursor cursor;

  TypeNameParser(TokenCursor cursor) {
    this.cursor = cursor;
  }

  TypeName typeName() {
    Token first = cursor.peek();
    String name = simpleName();
    Span end = cursor.previous().span();
    if (cursor.skipSymbol("(")) {
      do {
        expectInteger();
        end = cursor.previous().span();
      } while (cursor.skipSymbol(","));
      cursor.expectSymbol(")");
    }
    boolean array = false;
    if (cursor.skipKeyword("array")) {
      array = true;
      end = cursor.previous().span();
    }
    while (cursor.peek().isSymbol("[") && cursor.peek(1).isSymbol("]")) {
      cursor.next();
      end = cursor.next().span();
      array = true;
    }
    return new TypeName(Span.between(first.span(), end), name, array);
  }

  /** The type of a literal of the form {@code type 'text'}, if one comes next. */
  Optional<TypeName> typeOfLiteral() {
    int start = cursor.position();
    try {
      TypeName type = typeName();
      if (cursor.peek().isString()) {
        return Optional.of(type);
      }
    } catch (SqlSyntaxException e) {
      // Then it is no type, and something else may fit.
    }
    cursor.reset(start);
    return Optional.empty();
  }

  private String simpleName() {
    Token first = cursor.peek();
    if (first.isWord("double") && cursor.peek(1).isKeyword("precision")) {
      return words(2);
    }
    if ((first.isWord("character") || first.isWord("bit")) && cursor.peek(1).isWord("varying")) {
      return words(2);
    }
    boolean time = first.isWord("timestamp") || first.isWord("time");
    if (time && isZone(1)) {
      return words(4);
    }
    if (time
        && cursor.peek(1).isSymbol("(")
        && cursor.peek(2).kind() == TokenKind.INTEGER
        && cursor.peek(3).isSymbol(")")
        && isZone(4)) {
      return words(7);
    }
    return qualifiedName();
  }

  private boolean isZone(int ahead) {
    return (cursor.peek(ahead).isKeyword("with") || cursor.peek(ahead).isWord("without"))
        && cursor.peek(ahead + 1).isWord("time")
        && cursor.peek(ahead + 2).isWord("zone");
  }

  private String words(int count) {
    StringBuilder words = new StringBuilder(cursor.next().text());
    for (int i = 1; i < count; i++) {
      words.append(' ').append(cursor.next().text());
    }
    return words.toString();
  }

  private String qualifiedName() {
    Token first = cursor.peek();
    if (first.isKeyword("precision") || first.isKeyword("current_schema")) {
      return cursor.next().text();
    }
    String name = FromParser.trimmed(cursor.expectIdentifier());
    if (!cursor.skipSymbol(".")) {
      return name;
    }
    Token second = cursor.peek();
    return FromParser.trimmed(
        second.kind() == TokenKind.KEYWORD ? cursor.next() : cursor.expectIdentifier());
  }

  private void expectInteger() {
    if (cursor.peek().kind() != TokenKind.INTEGER) {
      throw cursor.unexpected();
    }
    cursor.next();
  }
}
