package io.convexpowersync.sink;

/**
 * What the sink core has done since it was created.
 *
 * @param changes changes of selected tables written
 * @param documentChars length of their documents, in characters of JSON
 * @param commits commits of the deployment that they were part of
 * @param operations PUT and REMOVE rows written
 * @param parameters parameter rows written
 * @param publications checkpoints published
 * @param releases how many of them were published to release write checkpoints
 * @param evaluationErrors sources that failed for a row
 */
public record SinkCounters(
    long changes,
    long documentChars,
    long commits,
    long operations,
    long parameters,
    long publications,
    long releases,
    long evaluationErrors) {
  /** Nothing done. */
  public static final SinkCounters NONE = new SinkCounters(0, 0, 0, 0, 0, 0, 0, 0);
}
