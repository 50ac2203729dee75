# A configuration of many routes and backends, for the reload benchmark. Variables: routes, backends, variant (0 or 1), web, raw,
# metrics, origin, echo (ports). The two variants differ in one rule of a hundred, one backend's weight, one algorithm's setting and
# one health interval; the frontends are the same.
BEGIN {
    groups = int(backends / 4)
    printf "event_loops: 1\napi_port: %d\nshutdown_timeout: 1s\ndrain_timeout: 30s\n", metrics
    print "frontend_services:"
    printf "  - {name: web, protocol: http, address: 127.0.0.1, port: %d, default_backend: g0}\n", web
    printf "  - {name: raw, protocol: tcp, address: 127.0.0.1, port: %d, default_backend: echo}\n", raw
    print "backend_groups:"
    print "  - {name: echo, protocol: tcp}"
    for (g = 0; g < groups; g++) {
        printf "  - name: g%d\n    protocol: http\n", g
        if (g == 1) printf "    algorithm: {type: consistent-hash, load_factor: %s}\n", variant ? "1.5" : "1.25"
        else if (g % 2) printf "    algorithm: {type: least-connections}\n"
        if (g == 0) printf "    health_check: {type: http, path: /healthz, interval: %ds}\n", variant ? 3 : 2
    }
    print "backends:"
    printf "  - {name: echo, address: 127.0.0.1, port: %d, protocol: tcp, group_name: echo}\n", echo
    for (b = 0; b < backends - 1; b++)
        printf "  - {name: b%d, address: 127.0.0.1, port: %d, protocol: http, group_name: g%d, weight: %d}\n",
            b, origin, b % groups, (b == 7 && variant) ? 2 : 1
    print "routing_rules:"
    for (r = 0; r < routes; r++) {
        printf "  - name: r%d\n", r
        if (r % 2) printf "    host: h%d.example.com\n", r % 500
        printf "    path_pattern: \"/app%d/v%d/*\"\n    target_backend: g%d\n", r, (r % 100 == 99) ? variant : 0, r % groups
    }
}
