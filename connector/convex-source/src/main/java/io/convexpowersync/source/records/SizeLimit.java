package io.convexpowersync.source.records;

import java.util.OptionalLong;

/**
 * What is done with a document that is too large for a record.
 *
 * @param maxBytes largest document: bytes of its JSON text in UTF-8; empty if it is not known, and
 *     then the producer decides
 * @param skip whether a larger one is left out, and counted; otherwise the task fails
 */
public record SizeLimit(OptionalLong maxBytes, boolean skip) {}
