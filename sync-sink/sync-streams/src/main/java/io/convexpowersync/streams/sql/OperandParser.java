package io.convexpowersync.streams.sql;

import io.convexpowersync.streams.sql.SqlExpression.Literal;
import io.convexpowersync.streams.sql.SqlExpression.LiteralKind;
import io.convexpowersync.streams.sql.SqlExpression.Other;
import io.convexpowersync.streams.sql.SqlExpression.OtherKind;
import io.convexpowersync.streams.sql.SqlExpression.Reference;
import io.convexpowersync.streams.sql.SqlExpression.TypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses what operators stand between: names, literals, calls, CASE, CAST, arrays. */
final class OperandParser {
  private static final Set<String> QUANTIFIERS = Set.of("any", "some", "all");

  private final TokenCursor cursor;
  private final ExpressionParser expressions;
  private final SelectParser selects;
  private final TypeNameParser types;
  private final CallParser calls;

  OperandParser(TokenCursor cursor, ExpressionParser expressions, SelectParser selects) {
    this.cursor = cursor;
    this.expressions = expressions;
    this.selects = selects;
    this.types = new TypeNameParser(cursor);
    this.calls = new CallParser(cursor, expressions, selects);
  }

  SqlExpression operand() {
    Token token = cursor.peek();
    return switch (token.kind()) {
      case STRING -> literal(LiteralKind.TEXT);
      case INTEGER -> literal(LiteralKind.INTEGER);
      case DECIMAL -> literal(LiteralKind.DECIMAL);
      case PARAMETER -> other(OtherKind.PARAMETER);
      case WORD, QUOTED_WORD -> named();
      case KEYWORD -> keyword(token);
      default -> throw cursor.unexpected();
    };
  }

  SqlExpression.Call plainCall() {
    return calls.plainCall();
  }

  TypeName typeName() {
    return types.typeName();
  }

  private SqlExpression literal(LiteralKind kind) {
    Token token = cursor.next();
    return new Literal(token.span(), kind, token.text());
  }

  private SqlExpression other(OtherKind kind) {
    return new Other(cursor.next().span(), kind);
  }

  private SqlExpression keyword(Token token) {
    return switch (token.text()) {
      case "null" -> literal(LiteralKind.NULL);
      case "true", "false" -> literal(LiteralKind.BOOLEAN);
      case "default" -> other(OtherKind.DEFAULT);
      case "case" -> caseWhen();
      case "cast" -> cast();
      case "array" -> array();
      default -> keywordName(token);
    };
  }

  private SqlExpression keywordName(Token token) {
    if (token.isIdentifier() || isCallAhead()) {
      return named();
    }
    if (token.isKeyword("current_schema") && cursor.peek(1).isSymbol(".")) {
      return reference();
    }
    if (Keywords.VALUES.contains(token.text())) {
      return other(OtherKind.KEYWORD);
    }
    throw cursor.unexpected();
  }

  private SqlExpression named() {
    Optional<TypeName> type = types.typeOfLiteral();
    if (type.isPresent()) {
      SqlExpression text = literal(LiteralKind.TEXT);
      return new SqlExpression.Cast(Span.between(type.get().span(), text.span()), text, type.get());
    }
    if (!isCallAhead()) {
      return reference();
    }
    if (cursor.peek().text().equals("extract") && cursor.peek(3).isKeyword("from")) {
      return extract();
    }
    return calls.call();
  }

  /** Whether a function's name and a parenthesis come next. */
  boolean isCallAhead() {
    Token first = cursor.peek();
    if (first.kind() == TokenKind.KEYWORD && QUANTIFIERS.contains(first.text())) {
      return cursor.peek(1).isSymbol("(");
    }
    if (isFunctionName(first) && cursor.peek(1).isSymbol("(")) {
      return true;
    }
    return first.isIdentifier()
        && cursor.peek(1).isSymbol(".")
        && isFunctionName(cursor.peek(2))
        && cursor.peek(3).isSymbol("(");
  }

  private static boolean isFunctionName(Token token) {
    return token.isIdentifier()
        || token.kind() == TokenKind.KEYWORD && Keywords.VALUES.contains(token.text());
  }

  private SqlExpression reference() {
    Token first = cursor.next();
    if (!cursor.skipSymbol(".")) {
      return new Reference(first.span(), Optional.empty(), Optional.empty(), first.text());
    }
    Token second = cursor.peek();
    boolean keyword = second.kind() == TokenKind.KEYWORD && !second.isIdentifier();
    if (keyword || cursor.peek(1).isSymbol(".") && !second.isSymbol("*")) {
      cursor.next();
      cursor.expectSymbol(".");
      return new Reference(
          Span.between(first.span(), cursor.peek().span()),
          Optional.of(FromParser.trimmed(first)),
          Optional.of(FromParser.trimmed(second)),
          column());
    }
    return new Reference(
        Span.between(first.span(), second.span()),
        Optional.empty(),
        Optional.of(FromParser.trimmed(first)),
        column());
  }

  private String column() {
    return cursor.skipSymbol("*") ? Reference.ALL : FromParser.trimmed(cursor.expectIdentifier());
  }

  private SqlExpression caseWhen() {
    Token first = cursor.next();
    Optional<SqlExpression> operand =
        isCaseWord(cursor.peek()) ? Optional.empty() : Optional.of(expressions.expression());
    List<SqlExpression.Branch> branches = new ArrayList<>();
    while (cursor.skipKeyword("when")) {
      SqlExpression when = expressions.expression();
      cursor.expectKeyword("then");
      branches.add(new SqlExpression.Branch(when, expressions.expression()));
    }
    Optional<SqlExpression> otherwise =
        cursor.skipKeyword("else") ? Optional.of(expressions.expression()) : Optional.empty();
    cursor.expectKeyword("end");
    return new SqlExpression.Case(cursor.spanFrom(first), operand, branches, otherwise);
  }

  private static boolean isCaseWord(Token token) {
    return token.isKeyword("when") || token.isKeyword("else") || token.isKeyword("end");
  }

  private SqlExpression cast() {
    Token first = cursor.next();
    cursor.expectSymbol("(");
    SqlExpression operand = expressions.expression();
    cursor.expectKeyword("as");
    TypeName type = types.typeName();
    cursor.expectSymbol(")");
    return new SqlExpression.Cast(cursor.spanFrom(first), operand, type);
  }

  private SqlExpression array() {
    Token first = cursor.next();
    if (cursor.skipSymbol("(")) {
      selects.selection();
      cursor.expectSymbol(")");
      return new Other(cursor.spanFrom(first), OtherKind.ARRAY_SELECT);
    }
    List<SqlExpression> items = arrayItems();
    return new SqlExpression.ItemList(cursor.spanFrom(first), items, true);
  }

  /** In brackets: expressions, or arrays without the word. */
  private List<SqlExpression> arrayItems() {
    cursor.expectSymbol("[");
    cursor.enter();
    List<SqlExpression> items = new ArrayList<>();
    if (cursor.peek().isSymbol("[")) {
      do {
        Token open = cursor.peek();
        List<SqlExpression> inner = arrayItems();
        items.add(new SqlExpression.ItemList(cursor.spanFrom(open), inner, true));
      } while (cursor.skipSymbol(","));
    } else if (!cursor.peek().isSymbol("]")) {
      items.addAll(expressions.items());
    }
    cursor.leave();
    cursor.expectSymbol("]");
    return items;
  }

  private SqlExpression extract() {
    Token first = cursor.next();
    cursor.next();
    cursor.expectIdentifier();
    cursor.expectKeyword("from");
    expressions.expressionOrStar();
    cursor.expectSymbol(")");
    return new Other(cursor.spanFrom(first), OtherKind.EXTRACT);
  }
}
