package io.convexpowersync.streams.sql;

import io.convexpowersync.streams.sql.SqlExpression.Other;
import io.convexpowersync.streams.sql.SqlExpression.OtherKind;
import io.convexpowersync.streams.sql.SqlExpression.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Parses function calls. */
final class CallParser {
  private final TokenCursor cursor;
  private final ExpressionParser expressions;
  private final SelectParser selects;

  CallParser(TokenCursor cursor, ExpressionParser expressions, SelectParser selects) {
    this.cursor = cursor;
    this.expressions = expressions;
    this.selects = selects;
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

  SqlExpression call() {
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
