package io.leba.plugin.discovery.dns;

/** Which addresses of a name are used. */
enum AddressFamily {
    /** IPv4 if there is any, else IPv6; so that a server with both is one backend. */
    AUTO,
    /** IPv4. */
    IPV4,
    /** IPv6. */
    IPV6,
    /** Both. */
    ALL
}
