package io.convexpowersync.storage;

import io.convexpowersync.streams.DocumentEncoding;
import java.util.Collection;
import java.util.Map;

/** Every document of a deployment at one position: what {@link StorageVerifier} compares with. */
public interface DeploymentState {
  /** Takes one document. */
  interface Visitor {
    /**
     * @param id the document's {@code _id}
     * @param document its JSON text
     */
    void visit(String id, String document, DocumentEncoding encoding);
  }

  /** Names of the root component's tables. */
  Collection<String> tables();

  /** Passes on every document of a table, in any order; the same ones at every call. */
  void documents(String table, Visitor visitor);

  /** A state in memory: table to id to JSON text. */
  static DeploymentState of(Map<String, Map<String, String>> tables, DocumentEncoding encoding) {
    return new DeploymentState() {
      @Override
      public Collection<String> tables() {
        return tables.keySet();
      }

      @Override
      public void documents(String table, Visitor visitor) {
        tables.get(table).forEach((id, document) -> visitor.visit(id, document, encoding));
      }
    };
  }
}
