package io.leba.plugin.discovery.file;

import io.leba.spi.Scope;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;

/** Makes {@link WatchedFile}. */
final class FileProvider implements DiscoveryProvider<FileConfig> {
    @Override
    public String type() {
        return "file";
    }

    @Override
    public Class<FileConfig> configType() {
        return FileConfig.class;
    }

    @Override
    public Discovery create(FileConfig config, Scope scope) {
        return new WatchedFile(config, scope.background());
    }
}
