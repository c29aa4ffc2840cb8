package io.convexpowersync.streams;

import java.util.List;

/**
 * CASE, the only expression that evaluates no more than it needs.
 *
 * @param operand compared with each branch by {@code =}; null if the branches are conditions
 */
record CaseExpression(Expression operand, List<Branch> branches, Expression otherwise)
    implements Expression {

  /** WHEN ... THEN ... */
  record Branch(Expression when, Expression then) {}

  @Override
  public Value evaluate(Scope scope) {
    Value compared = operand == null ? null : operand.evaluate(scope);
    for (Branch branch : branches) {
      Value when = branch.when().evaluate(scope);
      if (Casts.isTrue(compared == null ? when : Operators.equal(compared, when))) {
        return branch.then().evaluate(scope);
      }
    }
    return otherwise.evaluate(scope);
  }
}
