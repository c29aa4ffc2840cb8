package io.convexpowersync.storage;

import java.util.Optional;

/**
 * What a committed transaction did.
 *
 * @param operations PUT and REMOVE rows written
 * @param parameters parameter rows written
 * @param checkpoint the published op id; empty when nothing was published
 * @param activated whether the stream became ACTIVE
 */
public record CommitResult(
    long operations, long parameters, Optional<OpId> checkpoint, boolean activated) {}
