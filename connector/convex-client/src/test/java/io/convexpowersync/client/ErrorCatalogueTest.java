package io.convexpowersync.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.client.ConvexException.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorCatalogueTest {
  @ParameterizedTest
  @CsvSource({
    "400,BadQueryArgs,CONFIGURATION",
    "400,BadJsonBody,CONFIGURATION",
    "400,BadFormat,CONFIGURATION",
    "400,InvalidClientVersion,CONFIGURATION",
    "400,ClientVersionUnsupported,CONFIGURATION",
    "400,InvalidHeaderFailure,CONFIGURATION",
    "400,HeaderParseFailure,CONFIGURATION",
    "400,InvalidAdminKey,UNAUTHORIZED",
    "400,DocumentDeltasCursorRequired,CONFIGURATION",
    "400,InvalidListSnapshotCursor,POSITION_LOST",
    "400,SnapshotTooNew,POSITION_LOST",
    "400,SnapshotTooOld,POSITION_LOST",
    "400,InvalidWindowToReadDocuments,POSITION_LOST",
    "400,NoSchemaForExport,CONFIGURATION",
    "400,NoTableDefinitionForExport,CONFIGURATION",
    "400,UnsupportedSchemaForExport,CONFIGURATION",
    "400,InvalidDataSyncCursor,POSITION_LOST",
    "400,DataSyncCursorExpired,POSITION_LOST",
    "400,InvalidDataSyncSelection,CONFIGURATION",
    "400,SomethingNew,CONFIGURATION",
    "400,,CONFIGURATION",
    "401,BadAdminKey,UNAUTHORIZED",
    "401,SomethingNew,UNAUTHORIZED",
    "401,,CONFIGURATION",
    "403,BadDeployKey,UNAUTHORIZED",
    "403,OperationNotPermitted,UNAUTHORIZED",
    "403,SystemIdentityRequired,UNAUTHORIZED",
    "403,StreamingExportNotEnabled,UNAUTHORIZED",
    "403,,CONFIGURATION",
    "404,,CONFIGURATION",
    "405,,CONFIGURATION",
    "407,,CONFIGURATION",
    "408,,TRANSIENT",
    "409,,CONFIGURATION",
    "429,TooManyConcurrentRequests,TRANSIENT",
    "429,,TRANSIENT",
    "429,SomethingNew,TRANSIENT",
    "500,InternalServerError,TRANSIENT",
    "500,,TRANSIENT",
    "502,,TRANSIENT",
    "503,InternalServerError,POSITION_DOUBTFUL",
    "503,TableSummariesUnavailable,TRANSIENT",
    "503,OptimisticConcurrencyControlFailure,TRANSIENT",
    "503,SomethingNew,TRANSIENT",
    "520,,TRANSIENT",
    "524,,TRANSIENT",
    "302,,CONFIGURATION",
    "204,,PROTOCOL"
  })
  void decidesByCodeAndThenByStatus(int status, String code, Kind kind) {
    ErrorCatalogue.Rule rule = ErrorCatalogue.rule(status, code);

    assertThat(rule.kind()).isEqualTo(kind);
    assertThat(rule.remedy()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({"500,false", "503,true"})
  void tellsAboutRetentionOnlyWhereItCanBeTheReason(int status, boolean retention) {
    String remedy = ErrorCatalogue.rule(status, "InternalServerError").remedy();

    assertThat(remedy.contains("retention")).isEqualTo(retention);
  }
}
