package com.example.directory;

import io.leba.spi.Scope;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;
import java.time.Duration;

/** {@code discovery: {type: directory, path: …}} of a group. */
final class DirectoryProvider implements DiscoveryProvider<DirectoryConfig> {
    @Override
    public String type() {
        return "directory";
    }

    @Override
    public Class<DirectoryConfig> configType() {
        return DirectoryConfig.class;
    }

    /** Reading a directory blocks, so it is done in the background; that ends with the scope. */
    @Override
    public Discovery create(DirectoryConfig config, Scope scope) {
        return sink -> {
            Directory directory = new Directory(config.path(), sink);
            scope.background().every(Duration.ZERO, config.interval(), directory::look);
        };
    }
}
