/**
 * Documents as Connect structs, with schemas that are inferred from the documents: {@code
 * document.format=struct}.
 *
 * <p>A schema only ever gains optional fields, and a field never changes its type. So every schema
 * of a table reads what was written with any other, in Avro, JSON Schema and Protobuf. The first
 * type that is seen under a key gets the field of that name; a value that does not fit into it
 * stands as JSON text in a field beside it.
 */
package io.convexpowersync.source.struct;
