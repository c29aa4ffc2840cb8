package io.convexpowersync.source.struct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

/** Which field takes which value. */
final class StructDocumentsTest {
  private static final StructLimits LIMITS = new StructLimits(400, 6);

  private StructDocuments documents = documents(LIMITS);

  private static StructDocuments documents(StructLimits limits) {
    return StructDocuments.unknown("crm.app.users.Value", limits);
  }

  @Test
  void everyScalarHasItsType() {
    Struct value =
        write(
            "{\"_creationTime\":1785412799871.25,\"_id\":\"j57\",\"b\":true,\"i\":9007199254740993,"
                + "\"f\":42.0,\"n\":{\"$float\":\"AAAAAAAA+H8=\"},\"s\":\"x\","
                + "\"y\":{\"$bytes\":\"AAH/\"},\"nothing\":null}");
    assertThat(value.getString("_id")).isEqualTo("j57");
    assertThat(value.getFloat64("_creationTime")).isEqualTo(1785412799871.25);
    assertThat(value.getBoolean("b")).isTrue();
    assertThat(value.getInt64("i")).isEqualTo(9007199254740993L);
    assertThat(value.getFloat64("f")).isEqualTo(42.0);
    assertThat(value.getFloat64("n")).isNaN();
    assertThat(value.getString("s")).isEqualTo("x");
    assertThat(value.get("y")).isEqualTo(ByteBuffer.wrap(new byte[] {0, 1, -1}));
    assertThat(value.schema().field("nothing")).as("its type is not known yet").isNull();
    assertThat(value.schema().name()).isEqualTo("crm.app.users.Value");
  }

  @Test
  void objectsAndListsAreNested() {
    Struct value =
        write("{\"o\":{\"a\":{\"b\":1}},\"l\":[{\"x\":1},null,{\"y\":\"z\"}],\"m\":[[1]]}");
    assertThat(value.getStruct("o").getStruct("a").getInt64("b")).isEqualTo(1);
    assertThat(value.getStruct("o").getStruct("a").schema().name())
        .isEqualTo("crm.app.users.Value.o.a");
    List<Struct> list = value.getArray("l");
    assertThat(list.get(0).getInt64("x")).isEqualTo(1);
    assertThat(list.get(0).get("y")).isNull();
    assertThat(list.get(1)).isNull();
    assertThat(list.get(2).getString("y")).isEqualTo("z");
    assertThat(list.get(2).schema().name()).isEqualTo("crm.app.users.Value.l");
    assertThat(value.getArray("m")).isEqualTo(List.of(List.of(1L)));
  }

  @Test
  void everyFieldIsOptionalWithoutADefault() {
    write("{\"o\":{\"a\":1},\"l\":[\"x\"]}");
    assertOptional(documents.schema());
  }

  private static void assertOptional(Schema schema) {
    assertThat(schema.isOptional()).isTrue();
    assertThat(schema.defaultValue()).isNull();
    if (schema.type() == Schema.Type.STRUCT) {
      schema.fields().forEach(field -> assertOptional(field.schema()));
    } else if (schema.type() == Schema.Type.ARRAY) {
      assertOptional(schema.valueSchema());
    }
  }

  @Test
  void aValueOfAnotherTypeStandsBesideAsText() {
    write("{\"a\":1}");
    Struct value = write("{\"a\":\"\\u00e4\"}");
    assertThat(value.get("a")).isNull();
    assertThat(value.getString("a__json")).isEqualTo("\"\\u00e4\"");
    assertThat(value.schema().field("a__json").schema().name()).isEqualTo("io.debezium.data.Json");
    Struct again = write("{\"a\":2}");
    assertThat(again.getInt64("a")).isEqualTo(2);
    assertThat(again.get("a__json")).isNull();
  }

  @Test
  void anInt64NeverBecomesAFloat64() {
    write("{\"a\":9007199254740993,\"b\":1.5}");
    Struct value = write("{\"a\":1.5,\"b\":9007199254740993}");
    assertThat(value.getString("a__json")).isEqualTo("1.5");
    assertThat(value.getString("b__json")).isEqualTo("9007199254740993");
  }

  @Test
  void aConflictInsideAnObjectStaysInside() {
    write("{\"o\":{\"a\":1,\"b\":true}}");
    Struct value = write("{\"o\":{\"a\":[],\"b\":false}}");
    assertThat(value.getStruct("o").getBoolean("b")).isFalse();
    assertThat(value.getStruct("o").getString("a__json")).isEqualTo("[]");
  }

  @Test
  void aListOfSeveralTypesIsText() {
    Struct value = write("{\"l\":[1,\"x\"]}");
    assertThat(value.getString("l__json")).isEqualTo("[1,\"x\"]");
    assertThat(value.schema().field("l")).isNull();
    assertThat(write("{\"l\":[1]}").getArray("l")).isEqualTo(List.of(1L));
    assertThat(write("{\"l\":[1,\"x\"]}").getString("l__json")).isEqualTo("[1,\"x\"]");
  }

  @Test
  void anEmptyListIsTextUntilItsElementsAreKnown() {
    assertThat(write("{\"l\":[]}").getString("l__json")).isEqualTo("[]");
    assertThat(write("{\"l\":[null]}").getString("l__json")).isEqualTo("[null]");
    write("{\"l\":[\"x\"]}");
    assertThat(write("{\"l\":[]}").getArray("l")).isEmpty();
    assertThat(write("{\"l\":[null]}").getArray("l")).isEqualTo(Arrays.asList((Object) null));
  }

  @Test
  void namesThatAvroDoesNotAllowAreReplaced() {
    Struct value = write("{\"o\":{\"a b\":1,\"a.b\":2,\"a_b\":3,\"2\":4,\"\":5}}").getStruct("o");
    assertThat(value.schema().fields())
        .extracting(Field::name)
        .containsExactly("a_b", "a_b_2", "a_b_3", "_2", "_");
    assertThat(value.getInt64("a_b")).isEqualTo(1);
    assertThat(value.getInt64("a_b_2")).isEqualTo(2);
    assertThat(value.getInt64("a_b_3")).isEqualTo(3);
  }

  @Test
  void aNameThatLooksLikeTextIsAField() {
    write("{\"a__json\":1,\"a\":1}");
    Struct value = write("{\"a__json\":2,\"a\":\"x\"}");
    assertThat(value.getInt64("a__json")).isEqualTo(2);
    assertThat(value.getString("a__json_2")).isEqualTo("\"x\"");
  }

  @Test
  void whatIsTooDeepIsText() {
    documents = documents(new StructLimits(400, 2));
    Struct value = write("{\"o\":{\"a\":1,\"p\":{\"b\":1}},\"l\":[[1]],\"s\":[1]}");
    assertThat(value.getStruct("o").getString("p__json")).isEqualTo("{\"b\":1}");
    assertThat(value.getString("l__json")).isEqualTo("[[1]]");
    assertThat(value.getArray("s")).isEqualTo(List.of(1L));
    documents = documents(new StructLimits(400, 1));
    assertThat(write("{\"o\":{\"a\":1}}").getString("o__json")).isEqualTo("{\"a\":1}");
  }

  @Test
  void anObjectWhoseKeysAreDataBecomesText() {
    documents = documents(new StructLimits(80, 6));
    for (int i = 0; i < 50; i++) {
      Struct value = write("{\"o\":{\"k" + i + "\":" + i + "},\"n\":" + i + "}");
      assertThat(value.getInt64("n")).isEqualTo(i);
      if (i < 10) {
        assertThat(value.getStruct("o").getInt64("k" + i)).isEqualTo(i);
      } else {
        assertThat(value.get("o")).isNull();
        assertThat(value.getString("o__json")).isEqualTo("{\"k" + i + "\":" + i + "}");
      }
    }
    assertThat(write("{\"o\":{\"k3\":3}}").getStruct("o").getInt64("k3")).isEqualTo(3);
  }

  @Test
  void fieldsBeyondTheLimitStandTogether() {
    documents = documents(new StructLimits(8, 6));
    StringBuilder document = new StringBuilder("{\"_id\":\"j57\"");
    for (int i = 0; i < 8; i++) {
      document.append(",\"f").append(i).append("\":").append(i);
    }
    Struct value = write(document + ",\"o\":{\"x\":[1]}}");
    assertThat(value.getInt64("f5")).isEqualTo(5);
    assertThat(value.schema().fields()).hasSize(9);
    assertThat(value.getString("_more")).isEqualTo("{\"f6\":6,\"f7\":7,\"o\":{\"x\":[1]}}");
    assertThat(write("{\"f1\":1}").get("_more")).isNull();
  }

  @Test
  void fieldsStayWhereTheyAre() {
    write("{\"b\":1,\"o\":{\"x\":1}}");
    write("{\"a\":1,\"b\":\"x\",\"o\":{\"w\":1}}");
    assertThat(documents.schema().fields())
        .extracting(Field::name)
        .containsExactly("_id", "_creationTime", "b", "o", "a", "b__json");
    assertThat(documents.schema().field("o").schema().fields())
        .extracting(Field::name)
        .containsExactly("x", "w");
  }

  @Test
  void whatBringsNothingNewLeavesTheSchema() {
    assertThat(documents.learn("{\"a\":{\"b\":[{\"c\":1}]},\"l\":[]}")).isTrue();
    Schema schema = documents.schema();
    assertThat(documents.learn("{\"l\":[],\"a\":{\"b\":[null,{\"c\":2},{}]}}")).isFalse();
    assertThat(documents.learn("{\"a\":null,\"x\":null}")).isFalse();
    assertThat(documents.schema()).isSameAs(schema);
  }

  @Test
  void whatIsKnownSurvivesARestart() {
    write("{\"o\":{\"a b\":1},\"l\":[[{\"x\":true}]],\"c\":1,\"y\":{\"$bytes\":\"\"},\"f\":1.0}");
    write("{\"c\":\"text\"}");
    StructDocuments restarted =
        StructDocuments.known("crm.app.users.Value", LIMITS, documents.known());
    assertThat(restarted.schema()).isEqualTo(documents.schema());
    assertThat(restarted.known()).isEqualTo(documents.known());
    assertThat(restarted.learn("{\"c\":\"other\",\"o\":{\"a b\":2}}")).isFalse();
    assertThat(restarted.document("{\"c\":\"other\"}").getString("c__json")).isEqualTo("\"other\"");
  }

  @Test
  void aDeletedDocumentHasItsIdOnly() {
    write("{\"a\":1}");
    assertThat(documents.deleted("j57").getString("_id")).isEqualTo("j57");
    assertThat(documents.deleted("j57").get("a")).isNull();
  }

  @Test
  void aDocumentThatWasNotLearntIsRefusedAndNotCut() {
    assertThatIllegalStateException().isThrownBy(() -> documents.document("{\"a\":1}"));
  }

  private Struct write(String json) {
    documents.learn(json);
    Struct value = documents.document(json);
    value.validate();
    return value;
  }
}
