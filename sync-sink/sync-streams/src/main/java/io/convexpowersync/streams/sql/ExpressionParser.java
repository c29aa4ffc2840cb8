package io.convexpowersync.streams.sql;

import io.convexpowersync.streams.sql.SqlExpression.Literal;
import io.convexpowersync.streams.sql.SqlExpression.LiteralKind;
import io.convexpowersync.streams.sql.SqlExpression.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Parses expressions by precedence climbing over {@link Infix}. */
final class ExpressionParser {
  private static final Set<TokenKind> ENDS = Set.of(TokenKind.END, TokenKind.INVALID);

  private final TokenCursor cursor;
  private final SelectParser selects;
  private final OperandParser operands;

  ExpressionParser(TokenCursor cursor, SelectParser selects) {
    this.cursor = cursor;
    this.selects = selects;
    this.operands = new OperandParser(cursor, this, selects);
  }

  SqlExpression expression() {
    SqlExpression expression = parse(Infix.OR);
    cursor.wordMayFollow();
    return expression;
  }

  /** An expression, or {@code *}. */
  SqlExpression expressionOrStar() {
    if (cursor.peek().isSymbol("*")) {
      Span span = cursor.next().span();
      return new Reference(span, Optional.empty(), Optional.empty(), Reference.ALL);
    }
    return expression();
  }

  /** One or more, separated by commas; each an expression, a query, or {@code *}. */
  List<SqlExpression> items() {
    List<SqlExpression> items = new ArrayList<>();
    do {
      items.add(item());
    } while (cursor.skipSymbol(","));
    return items;
  }

  /** An expression, a query, or {@code *}. */
  SqlExpression item() {
    return selects.isStart(cursor.peek())
        ? new SqlExpression.Subquery(selects.selection())
        : expressionOrStar();
  }

  /** In parentheses: an expression, a query, or a list of two or more. */
  private SqlExpression parenthesized() {
    cursor.next();
    if (cursor.peek().isSymbol("*")) {
      SqlExpression star = expressionOrStar();
      if (!cursor.peek().isSymbol(",")) {
        throw cursor.unexpected();
      }
      return list(star);
    }
    SqlExpression first = item();
    if (first instanceof SqlExpression.Subquery query && cursor.peek().isKeyword("union")) {
      first = new SqlExpression.Subquery(selects.unionOf(query.statement()));
    }
    if (cursor.peek().isSymbol(",")) {
      return list(first);
    }
    cursor.expectSymbol(")");
    return first;
  }

  private SqlExpression list(SqlExpression first) {
    List<SqlExpression> items = new ArrayList<>(List.of(first));
    while (cursor.skipSymbol(",")) {
      items.add(item());
    }
    cursor.expectSymbol(")");
    Span span = Span.between(first.span(), items.get(items.size() - 1).span());
    return new SqlExpression.ItemList(span, items, false);
  }

  boolean isCallAhead() {
    return operands.isCallAhead();
  }

  SqlExpression.Call plainCall() {
    return operands.plainCall();
  }

  /** An expression whose operators bind at least as tightly as the level says. */
  SqlExpression parse(int level) {
    cursor.enter();
    Token first = cursor.peek();
    SqlExpression left;
    int leftLevel = Infix.OPERAND;
    if (level <= Infix.NOT && cursor.skipKeyword("not")) {
      leftLevel = Infix.NOT;
      left = unary(first, "NOT", parse(Infix.NOT));
    } else if (level <= Infix.SIGN && first.isSymbol(Set.of("+", "-"))) {
      cursor.next();
      leftLevel = Infix.SIGN;
      left = unary(first, first.text(), parse(Infix.SIGN));
    } else {
      left = first.isSymbol("(") ? parenthesized() : operands.operand();
    }
    SqlExpression result = climb(left, leftLevel, level);
    cursor.leave();
    return result;
  }

  private SqlExpression unary(Token first, String operator, SqlExpression operand) {
    Span span = Span.between(first.span(), operand.span());
    return new SqlExpression.Unary(span, operator, operand);
  }

  private SqlExpression climb(SqlExpression operand, int operandLevel, int level) {
    SqlExpression left = operand;
    int leftLevel = operandLevel;
    while (true) {
      int found = levelAhead();
      if (found < level || found > leftLevel) {
        return left;
      }
      cursor.countOperator();
      left = apply(left, found);
      leftLevel = found;
    }
  }

  /** How tightly the operator ahead binds; 0 if there is none. */
  private int levelAhead() {
    Token token = cursor.peek();
    if (token.isKeyword("is") || token.isKeyword("isnull") || token.isKeyword("notnull")) {
      return Infix.IS;
    }
    if (isBetween(token) || token.isKeyword("not") && cursor.peek(1).isWord("between")) {
      return Infix.BETWEEN;
    }
    if (token.isSymbol("[")) {
      return Infix.INDEX;
    }
    if (token.isSymbol("->") || token.isSymbol("->>") || token.isSymbol("::")) {
      return Infix.MEMBER;
    }
    Infix.Operator operator = Infix.next(cursor);
    if (operator == null && token.isKeyword("not")) {
      cursor.next();
      cursor.wordMayFollow();
      throw cursor.unexpected();
    }
    return operator == null ? 0 : operator.level();
  }

  /** Not when it is the name of the column before it. */
  private boolean isBetween(Token token) {
    Token following = cursor.peek(1);
    return token.isWord("between")
        && !ENDS.contains(following.kind())
        && !following.isKeyword("from")
        && !following.isSymbol(Set.of(",", ")", ";"));
  }

  private SqlExpression apply(SqlExpression left, int level) {
    return switch (level) {
      case Infix.IS -> is(left);
      case Infix.BETWEEN -> between(left);
      case Infix.INDEX -> index(left);
      case Infix.MEMBER -> cursor.peek().isSymbol("::") ? cast(left) : member(left);
      default -> binary(left);
    };
  }

  private SqlExpression binary(SqlExpression left) {
    Infix.Operator operator = Infix.next(cursor);
    for (int i = 0; i < operator.tokens(); i++) {
      cursor.next();
    }
    SqlExpression right = parse(operator.level() + 1);
    return new SqlExpression.Binary(
        Span.between(left.span(), right.span()), operator.name(), left, right);
  }

  private SqlExpression is(SqlExpression left) {
    Token first = cursor.next();
    String operator;
    if (first.isKeyword("is")) {
      boolean negated = cursor.skipKeyword("not");
      Token what = cursor.peek();
      if (!what.isKeyword("null") && !what.isKeyword("true") && !what.isKeyword("false")) {
        throw cursor.unexpected();
      }
      cursor.next();
      operator = (negated ? "IS NOT " : "IS ") + what.text().toUpperCase(Locale.ROOT);
    } else {
      operator = first.isKeyword("isnull") ? "IS NULL" : "IS NOT NULL";
    }
    Span span = Span.between(left.span(), cursor.previous().span());
    return new SqlExpression.Unary(span, operator, left);
  }

  private SqlExpression between(SqlExpression value) {
    boolean negated = cursor.skipKeyword("not");
    cursor.next();
    SqlExpression low = parse(Infix.BITS);
    if (!cursor.peek().isKeyword("and")) {
      cursor.wordMayFollow();
    }
    cursor.expectKeyword("and");
    SqlExpression high = parse(Infix.BITS);
    Span span = Span.between(value.span(), high.span());
    return new SqlExpression.Between(span, value, low, high, negated);
  }

  private SqlExpression index(SqlExpression array) {
    cursor.next();
    expression();
    cursor.expectSymbol("]");
    Span span = Span.between(array.span(), cursor.previous().span());
    return new SqlExpression.Other(span, SqlExpression.OtherKind.ARRAY_INDEX);
  }

  private SqlExpression cast(SqlExpression operand) {
    cursor.next();
    SqlExpression.TypeName type = operands.typeName();
    return new SqlExpression.Cast(Span.between(operand.span(), type.span()), operand, type);
  }

  private SqlExpression member(SqlExpression operand) {
    Token operator = cursor.next();
    Token member = cursor.peek();
    if (!member.isString() && member.kind() != TokenKind.INTEGER) {
      throw cursor.unexpected();
    }
    cursor.next();
    LiteralKind kind = member.isString() ? LiteralKind.TEXT : LiteralKind.INTEGER;
    Literal name = new Literal(member.span(), kind, member.text());
    return new SqlExpression.Member(
        Span.between(operand.span(), member.span()), operand, operator.text(), name);
  }
}
