package io.convexpowersync.client;

import static io.convexpowersync.client.ConvexException.Kind.CONFIGURATION;
import static io.convexpowersync.client.ConvexException.Kind.POSITION_DOUBTFUL;
import static io.convexpowersync.client.ConvexException.Kind.POSITION_LOST;
import static io.convexpowersync.client.ConvexException.Kind.PROTOCOL;
import static io.convexpowersync.client.ConvexException.Kind.TRANSIENT;
import static io.convexpowersync.client.ConvexException.Kind.UNAUTHORIZED;

import io.convexpowersync.client.ConvexException.Kind;
import java.util.List;
import java.util.Set;

/**
 * What an answer other than 200 means. Decided by Convex's error code where there is one, and by
 * the HTTP status otherwise; the message text is never looked at.
 */
final class ErrorCatalogue {
  private static final int ANY = 0;

  /** Matches an answer with one of these codes, or any answer if the list is empty. */
  record Rule(int from, int to, List<String> codes, Kind kind, String remedy) {
    boolean matches(int status, String code) {
      return status >= from && status <= to && (codes.isEmpty() || codes.contains(code));
    }
  }

  /** Errors of the client that mean the same whatever their code is. */
  private static final Set<Integer> TOLD_BY_STATUS = Set.of(404, 408, 409, 425, 429);

  private static final String REPORT = "This is a fault of the connector; report it.";
  private static final String NEW_SNAPSHOT = "A new snapshot is needed.";
  private static final String LATER = "The same request may succeed later.";
  private static final String WRONG_HOST =
      "Nothing of Convex's API is there. Use https://<deployment>.convex.cloud, or host and port"
          + " (3210 by default) of a self-hosted backend, not the address of HTTP actions"
          + " (.convex.site, port 3211) or of the dashboard. A deleted deployment answers so too, and a"
          + " backend that is too old for this connector.";

  private static final List<Rule> BY_CODE =
      List.of(
          code(
              CONFIGURATION,
              "The backend does not know this encoding. Update the backend.",
              "BadFormat"),
          code(
              CONFIGURATION,
              REPORT,
              "BadQueryArgs",
              "BadJsonBody",
              "InvalidClientVersion",
              "InvalidHeaderFailure",
              "HeaderParseFailure",
              "DocumentDeltasCursorRequired",
              "InvalidDataSyncSelection",
              "LimitOutOfRange",
              "BadConvexFunctionIdentifier"),
          code(CONFIGURATION, "Use a newer version of the connector.", "ClientVersionUnsupported"),
          code(
              POSITION_LOST,
              "The page cursor of the snapshot is not one of this deployment. " + NEW_SNAPSHOT,
              "InvalidListSnapshotCursor"),
          code(
              POSITION_LOST,
              "The position lies ahead of the deployment: it was restored to an earlier state, or"
                  + " it is another deployment. "
                  + NEW_SNAPSHOT,
              "SnapshotTooNew"),
          code(
              POSITION_LOST,
              "The snapshot took longer than the deployment keeps one (5 days). " + NEW_SNAPSHOT,
              "SnapshotTooOld"),
          code(
              POSITION_LOST,
              "The deployment no longer keeps its log from that position on: the connector was"
                  + " stopped for longer than the retention (DOCUMENT_RETENTION_DELAY; 2 days in"
                  + " a stock self-hosted backend). "
                  + NEW_SNAPSHOT,
              "InvalidWindowToReadDocuments"),
          code(POSITION_LOST, NEW_SNAPSHOT, "InvalidDataSyncCursor", "DataSyncCursorExpired"),
          code(
              CONFIGURATION,
              "The data of a table has a shape of which Convex cannot make a JSON schema; only"
                  + " schemas are affected.",
              "NoSchemaForExport",
              "NoTableDefinitionForExport",
              "UnsupportedSchemaForExport"),
          code(
              UNAUTHORIZED,
              "The deploy key is not valid for this deployment: it was revoked, or belongs to"
                  + " another one. Create one in the deployment's settings and put it into deploy.key"
                  + " (the runner's source.key).",
              "BadAdminKey",
              "InvalidAdminKey",
              "BadDeployKey"),
          code(
              UNAUTHORIZED,
              "The deploy key lacks a permission; reading needs deployment:data:view. Create a key"
                  + " that has it.",
              "OperationNotPermitted"),
          code(
              UNAUTHORIZED,
              "The key acts as a user; use the deploy key of the deployment.",
              "SystemIdentityRequired"),
          code(
              UNAUTHORIZED,
              "The deployment's plan does not include streaming export. Change the plan, or ask Convex"
                  + " to enable it.",
              "StreamingExportNotEnabled"),
          code(TRANSIENT, LATER, "TooManyConcurrentRequests"),
          code(
              TRANSIENT,
              "The backend is still computing its table summaries, as after a restart.",
              "TableSummariesUnavailable"),
          code(TRANSIENT, LATER, "OptimisticConcurrencyControlFailure"),
          // A read of something that retention has removed arrives as this one, too.
          new Rule(
              503,
              503,
              List.of("InternalServerError"),
              POSITION_DOUBTFUL,
              "If it stays, the position is older than the deployment's retention and a new"
                  + " snapshot is needed."));

  private static final List<Rule> BY_STATUS =
      List.of(
          status(200, 299, PROTOCOL, "Is this the address of a Convex deployment?"),
          status(
              300,
              399,
              CONFIGURATION,
              "The address redirects; configure the address to which it leads."),
          status(404, 404, CONFIGURATION, WRONG_HOST),
          status(
              405,
              405,
              CONFIGURATION,
              "The backend is too old, or this is not the address of a Convex deployment."),
          status(407, 407, CONFIGURATION, "The HTTP proxy wants a login."),
          status(408, 408, TRANSIENT, "The backend or a proxy gave up on the request."),
          status(
              409,
              409,
              CONFIGURATION,
              "Convex does not document it; others saw it after an import or a restore. If it"
                  + " stays, delete the connector's offsets, so that it takes a new snapshot."),
          status(425, 425, TRANSIENT, LATER),
          status(429, 429, TRANSIENT, LATER),
          status(500, 599, TRANSIENT, LATER),
          status(
              ANY,
              Integer.MAX_VALUE,
              CONFIGURATION,
              "The answer is not one of Convex; check the address and any proxy in between."));

  private ErrorCatalogue() {}

  /**
   * The rule for an answer.
   *
   * @param code Convex's error code, null if the answer has none
   */
  static Rule rule(int status, String code) {
    return BY_CODE.stream()
        .filter(rule -> code != null && rule.matches(status, code))
        .findFirst()
        .orElseGet(() -> byStatus(status, code));
  }

  private static Rule byStatus(int status, String code) {
    if (code != null && (status == 401 || status == 403)) {
      return status(status, status, UNAUTHORIZED, "Check the deploy key and its permissions.");
    }
    if (code != null && status < 500 && !TOLD_BY_STATUS.contains(status)) {
      return status(status, status, CONFIGURATION, "The connector does not know this error.");
    }
    return BY_STATUS.stream()
        .filter(rule -> rule.matches(status, code))
        .findFirst()
        .orElseThrow(() -> new AssertionError(status));
  }

  private static Rule code(Kind kind, String remedy, String... codes) {
    return new Rule(ANY, Integer.MAX_VALUE, List.of(codes), kind, remedy);
  }

  private static Rule status(int from, int to, Kind kind, String remedy) {
    return new Rule(from, to, List.of(), kind, remedy);
  }
}
