package io.leba.plugin.balancer.hash;

import io.leba.spi.balance.HashKey;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import java.util.Locale;
import java.util.Optional;

/** What of an exchange is hashed. */
@Doc("What of an exchange is hashed. An exchange without it is hashed by its client's IP address.")
record KeyConfig(
        @Doc("What is looked at.") @Default("client-ip") HashKey.Kind type,

        @Doc(value = "Name of the header, cookie or query parameter.", example = "X-User")
        Optional<String> name) {
    /** A name is needed by some types and means nothing to the others. */
    KeyConfig {
        boolean isNamed = switch (type) {
            case HEADER, COOKIE, QUERY -> true;
            case CLIENT_IP, PATH, HOST, USER, DATABASE, CALL_ID -> false;
        };
        String word = type.name().toLowerCase(Locale.ROOT).replace('_', '-');
        if (isNamed && name.filter(text -> !text.isBlank()).isEmpty()) {
            throw new InvalidConfig("name", "is required for type " + word);
        }
        if (!isNamed && name.isPresent()) {
            throw new InvalidConfig("name", "means nothing for type " + word + "; remove it");
        }
    }

    HashKey hashKey() {
        return new HashKey(type, name.orElse(""));
    }
}
