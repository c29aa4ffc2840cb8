package io.convexpowersync.standalone.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code run} needs to know.
 *
 * @param sync the sync config to deploy; empty: replicate the one that is deployed in the storage
 * @param state directory for everything that this process keeps outside the storage
 */
public record PipelineConfig(
    SourceSettings source, StorageSettings storage, Optional<SyncFiles> sync, Path state) {}
