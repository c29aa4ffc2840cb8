package io.convexpowersync.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of tables and topics. */
final class NamesTest {
  private final TopicNames topics = new TopicNames("crm");

  @Test
  void aTableReadsBackFromItsText() {
    for (TableId table :
        new TableId[] {TableId.root("users"), new TableId("a", "b"), new TableId("a/b", "c")}) {
      assertThat(TableId.parse(table.toString())).isEqualTo(table);
    }
  }

  @Test
  void theRootAppIsCalledApp() {
    assertThat(topics.of(TableId.root("users"))).isEqualTo("crm.app.users");
  }

  @Test
  void whatKafkaDoesNotAllowBecomesAnUnderscore() {
    assertThat(topics.of(new TableId("parent/child", "users"))).isEqualTo("crm.parent_child.users");
  }

  @Test
  void sideChannelsAreNamedAfterThePrefix() {
    assertThat(topics.log()).isEqualTo("crm.log");
    assertThat(topics.heartbeat()).isEqualTo("__debezium-heartbeat.crm");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a b", "a/b", "ä"})
  void aPrefixIsALegalTopicName(String prefix) {
    assertThatThrownBy(() -> new TopicNames(prefix)).isInstanceOf(IllegalArgumentException.class);
  }
}
