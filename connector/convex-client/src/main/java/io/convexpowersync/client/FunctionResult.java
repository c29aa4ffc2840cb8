package io.convexpowersync.client;

import java.util.Optional;

/** What a Convex function did. Convex answers HTTP 200 in both cases. */
public sealed interface FunctionResult {
  /**
   * The function returned; a mutation has been committed.
   *
   * @param valueJson its value as JSON text
   */
  record Success(String valueJson) implements FunctionResult {}

  /**
   * The function does not exist, refused its arguments, threw, or the deployment is paused. Nothing
   * has been committed.
   *
   * @param message what Convex said; production deployments say no more than "Server Error"
   * @param dataJson the data of an application error as JSON text
   */
  record Failure(String message, Optional<String> dataJson) implements FunctionResult {}
}
