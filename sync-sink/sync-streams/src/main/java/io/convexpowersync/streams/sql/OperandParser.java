package io.convexpowersync.streams.sql;

import io.convexpowersync.streams.sql.SqlExpression.Literal;
import io.convexpowersync.streams.sql.SqlExpression.LiteralKind;
import io.convexpowersync.streams.sql.SqlExpression.Other;
import io.convexpowersync.streams.sql.SqlExpression.OtherKind;
import io.convexpowersync.streams.sql.SqlExpression.Reference;
import io.convexpowersync.streams.sql.SqlExpression.TypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Parses what operators stand between: names, literals, calls, CASE, CAST, arrays. */
final class OperandParser {
  private static final Set<String> QUANTIFIERS = Set.of("any", "some", "all");

  private final TokenCursor cursor;
  private final ExpressionParser expressions;
  private final SelectParser selects;
  private final TypeNameParser types;

  OperandParser(TokenCursor cursor, ExpressionParser expressions, SelectParser selects) {
    this.cursor = cursor;
    this.expressions = expressions;
    this.selects = selects;
    this.types = new TypeNameParser(cursor);
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
    return call();
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

  private SqlExpression.FunctionName functionName() {
    Token first = cursor.next();
    if (!cursor.skipSymbol(".")) {
      return new SqlExpression.FunctionName(first.span(), Optional.empty(), first.text());
    }
    Token name = cursor.next();
    return new SqlExpression.FunctionName(
        Span.between(first.span(), name.span()), Optional.of(first.text()), name.text());
  }

  private SqlExpression call() {
    SqlExpression.FunctionName name = functionName();
    cursor.expectSymbol("(");
    boolean plain = !cursor.skipKeyword("all") & !cursor.skipKeyword("distinct");
    List<SqlExpression> arguments = new ArrayList<>();
    if (!cursor.peek().isSymbol(")") && !cursor.peek().isKeyword("order")) {
      SqlExpression first = expressions.item();
      Optional<SqlExpression> own = plain ? ownSyntax(name, first) : Optional.empty();
      if (own.isPresent()) {
        return own.get();
      }
      arguments.add(first);
      if (cursor.skipSymbol(",")) {
        arguments.addAll(expressions.items());
      }
    }
    plain &= selects.orderBy().isEmpty();
    cursor.expectSymbol(")");
    plain &= !filter() & !over();
    Span span = Span.between(name.span(), cursor.previous().span());
    return new SqlExpression.Call(span, name, arguments, plain);
  }

  /** A call without anything but arguments, as in FROM. */
  SqlExpression.Call plainCall() {
    SqlExpression.FunctionName name = functionName();
    cursor.expectSymbol("(");
    List<SqlExpression> arguments = cursor.peek().isSymbol(")") ? List.of() : expressions.items();
    cursor.expectSymbol(")");
    Span span = Span.between(name.span(), cursor.previous().span());
    return new SqlExpression.Call(span, name, arguments, true);
  }

  private boolean filter() {
    if (!cursor.peek().isWord("filter") || !cursor.peek(1).isSymbol("(")) {
      return false;
    }
    cursor.next();
    cursor.next();
    cursor.expectKeyword("where");
    expressions.expressionOrStar();
    cursor.expectSymbol(")");
    return true;
  }

  private boolean over() {
    if (!cursor.peek().isWord("over") || !cursor.peek(1).isSymbol("(")) {
      return false;
    }
    cursor.next();
    cursor.next();
    if (cursor.skipWord("partition")) {
      cursor.expectWord(Set.of("by"));
      expressions.items();
    }
    selects.orderBy();
    cursor.expectSymbol(")");
    return true;
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

  /**
   * What {@code substring} and {@code overlay} have instead of commas, behind their first argument.
   */
  private Optional<SqlExpression> ownSyntax(
      SqlExpression.FunctionName name, SqlExpression argument) {
    if (name.schema().isPresent()
        || argument instanceof SqlExpression.Subquery
        || isAll(argument)) {
      return Optional.empty();
    }
    return switch (name.name().toLowerCase(Locale.ROOT)) {
      case "substring" -> substring(name, argument);
      case "overlay" -> overlay(name);
      default -> Optional.empty();
    };
  }

  private static boolean isAll(SqlExpression argument) {
    return argument instanceof Reference reference && reference.isAll();
  }

  /** Without FROM and FOR it could as well be a call. */
  private Optional<SqlExpression> substring(
      SqlExpression.FunctionName name, SqlExpression argument) {
    List<SqlExpression> operands = new ArrayList<>(List.of(argument));
    operandOf("from").ifPresent(operands::add);
    operandOf("for").ifPresent(operands::add);
    if (operands.size() == 1) {
      if (cursor.peek().isSymbol(")")) {
        cursor.ambiguous(name.span());
      }
      return Optional.empty();
    }
    return Optional.of(closed(name, OtherKind.SUBSTRING, operands));
  }

  private Optional<SqlExpression> overlay(SqlExpression.FunctionName name) {
    if (operandOf("placing").isEmpty()) {
      return Optional.empty();
    }
    if (operandOf("from").isEmpty()) {
      throw cursor.unexpected();
    }
    operandOf("for");
    return Optional.of(closed(name, OtherKind.OVERLAY, List.of()));
  }

  private Optional<SqlExpression> operandOf(String keyword) {
    return cursor.skipKeyword(keyword) ? Optional.of(expressions.expression()) : Optional.empty();
  }

  private SqlExpression closed(
      SqlExpression.FunctionName name, OtherKind kind, List<SqlExpression> operands) {
    cursor.expectSymbol(")");
    return new Other(Span.between(name.span(), cursor.previous().span()), kind, operands);
  }
}
