package io.convexpowersync.emulator;

/**
 * A function of a deployment, in Java.
 *
 * @see ConvexEmulator#register
 */
@FunctionalInterface
public interface ConvexFunction {
  /**
   * Runs the function. Exceptions roll a mutation back and become {@code "status":"error"}; a
   * {@link ConvexFunctionException} carries data to the caller.
   *
   * @param transaction the database as the function sees it
   * @param args the arguments; plain JSON numbers have arrived as Float64
   * @return the result, {@link ConvexValue#NULL} for none
   */
  ConvexValue call(DocumentTransaction transaction, ConvexValue.Obj args);
}
