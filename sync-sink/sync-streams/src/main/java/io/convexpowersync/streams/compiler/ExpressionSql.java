package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.NumberText;
import java.util.List;

/**
 * Writes expressions as the SQL that {@link StableHash} is taken of, with {@code ?} for inputs.
 * Only for that: blanks and letter case matter, beauty does not.
 */
final class ExpressionSql {
  private static final int LOWEST = 0;
  private static final int OPERAND = 100;

  private final StringBuilder sql = new StringBuilder();
  private boolean glued = true;

  private ExpressionSql() {}

  static String of(PlanExpression expression) {
    ExpressionSql text = new ExpressionSql();
    text.write(expression, LOWEST);
    return text.sql.toString();
  }

  /** One blank between tokens, but none before a comma or closing, nor behind an opening. */
  private void token(String token) {
    boolean closes = token.equals(")") || token.equals(",");
    if (!glued && !closes) {
      sql.append(' ');
    }
    sql.append(token);
    glued = token.equals("(");
  }

  private void glue(String token) {
    glued = true;
    token(token);
  }

  private void write(PlanExpression expression, int outer) {
    int level = level(expression);
    boolean parentheses = level <= outer;
    if (parentheses) {
      token("(");
    }
    body(expression, level);
    if (parentheses) {
      token(")");
    }
  }

  private void body(PlanExpression expression, int level) {
    if (expression instanceof PlanExpression.Unary unary) {
      token(unary.operator());
      write(unary.operand(), level);
    } else if (expression instanceof PlanExpression.Binary binary) {
      write(binary.left(), level);
      token(binary.operator());
      write(binary.right(), level);
    } else if (expression instanceof PlanExpression.Between between) {
      write(between.value(), level);
      token("BETWEEN");
      write(between.low(), level);
      token("AND");
      write(between.high(), level);
    } else if (expression instanceof PlanExpression.ScalarIn in) {
      scalarIn(in, level);
    } else if (expression instanceof PlanExpression.Case caseWhen) {
      caseWhen(caseWhen);
    } else if (expression instanceof PlanExpression.Cast cast) {
      token("CAST");
      glue("(");
      write(cast.operand(), LOWEST);
      token("AS");
      token(cast.type());
      token(")");
    } else if (expression instanceof PlanExpression.Call call) {
      token("\"" + call.function() + "\"");
      glue("(");
      list(call.arguments());
      token(")");
    } else {
      token(leaf(expression));
    }
  }

  private void scalarIn(PlanExpression.ScalarIn in, int level) {
    if (in.values().isEmpty()) {
      token("FALSE");
      return;
    }
    write(in.target(), level);
    token("IN");
    token("(");
    list(in.values());
    token(")");
  }

  private void list(List<PlanExpression> items) {
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        token(",");
      }
      write(items.get(i), LOWEST);
    }
  }

  private void caseWhen(PlanExpression.Case expression) {
    token("CASE");
    if (expression.operand() != null) {
      write(expression.operand(), LOWEST);
    }
    for (PlanExpression.Branch branch : expression.branches()) {
      token("WHEN");
      write(branch.when(), LOWEST);
      token("THEN");
      write(branch.then(), LOWEST);
    }
    if (expression.otherwise() != null) {
      token("ELSE");
      write(expression.otherwise(), LOWEST);
    }
    token("END");
  }

  private static String leaf(PlanExpression expression) {
    if (expression instanceof PlanExpression.Data) {
      return "?";
    }
    if (expression instanceof PlanExpression.Int integer) {
      return integer.digits();
    }
    if (expression instanceof PlanExpression.Text text) {
      return "'" + text.value().replace("'", "''") + "'";
    }
    return expression instanceof PlanExpression.Real real ? real(real.value()) : "NULL";
  }

  private static String real(double value) {
    boolean whole = value == Math.rint(value) && !Double.isInfinite(value);
    return whole ? NumberText.of(value) + ".0" : NumberText.of(value);
  }

  private static int level(PlanExpression expression) {
    if (expression instanceof PlanExpression.Unary unary) {
      return unary.operator().equals("not") ? 3 : 11;
    }
    if (expression instanceof PlanExpression.Binary binary) {
      return level(binary.operator());
    }
    boolean comparison =
        expression instanceof PlanExpression.Between
            || expression instanceof PlanExpression.ScalarIn in && !in.values().isEmpty();
    return comparison ? 4 : OPERAND;
  }

  private static int level(String operator) {
    return switch (operator) {
      case "or" -> 1;
      case "and" -> 2;
      case "=", "is" -> 4;
      case "<", "<=", ">", ">=" -> 5;
      case "&", "|", "<<", ">>" -> 6;
      case "+", "-" -> 7;
      case "*", "/", "%" -> 8;
      case "||" -> 9;
      default -> throw new IllegalStateException("unknown operator " + operator);
    };
  }
}
