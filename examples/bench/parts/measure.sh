# Taking the figures. Every measurement appends lines to $raw: case, proxy, round, measure, value. Sourced by run.

hertz=$(getconf CLK_TCK)

note() { printf '%s\t%s\t%s\t%s\t%s\n' "$@" >>"$raw"; }

# utime and stime of all threads of a proxy's processes, in microseconds.
cpu_of() {
    local pid
    for pid in ${pids_of[$1]}; do cat "/proc/$pid/stat" || fail "$1 lost process $pid during a measurement" "$run_dir/$1.out"; done |
        LC_ALL=C awk -v us=$((1000000 / hertz)) '
            { sub(/^.*\) /, ""); split($0, f, " "); user += f[12]; kernel += f[13] }
            END { printf "%d %d\n", user * us, kernel * us }'
}

# Of a proxy's processes the one that did most: its worker.
busiest() {
    local pid
    for pid in ${pids_of[$1]}; do sed 's/.*) //' "/proc/$pid/stat" | awk -v pid="$pid" '{ print $12 + $13, pid }'; done |
        sort -n | awk 'END { print $2 }'
}

rss_of() {
    local pid
    for pid in ${pids_of[$1]}; do cat "/proc/$pid/status"; done | awk '/^VmRSS:/ { kb += $2 } END { printf "%.1f\n", kb / 1024 }'
}

# The clock, and idle time and time stolen by the host summed over the cores named, in microseconds. The kernel times
# idleness exactly, while it only samples "user" and "system" of a core; so a core was busy whenever it was not idle.
core_use() {
    awk -v cores=" $1 " -v us=$((1000000 / hertz)) -v now="${EPOCHREALTIME/./}" '
        /^cpu[0-9]/ && index(cores, " " substr($1, 4) " ") { idle += ($5 + $6) * us; stolen += $9 * us }
        END { printf "%s %.0f %.0f\n", now, idle, stolen }' /proc/stat
}

# drive PROXY SECONDS: load on the case's path; its one line goes into the array result: requests, microseconds, bytes, p50 and p99
# in microseconds ("-" if not known), errors.
drive() {
    case $case_through in
        h2c) drive_h2 "http://127.0.0.1:${h2c_of[$1]}" "$@" ;;
        h2) drive_h2 "https://127.0.0.1:${tls_of[$1]}" "$@" ;;
        full) drive_handshakes -new "$@" ;;
        resumed) drive_handshakes -reuse "$@" ;;
        open) drive_open "$@" ;;
        tcp) drive_wrk "http://127.0.0.1:${tcp_of[$1]}" "$@" ;;
        https) drive_wrk "https://127.0.0.1:${tls_of[$1]}" "$@" ;;
        *) drive_wrk "http://127.0.0.1:${http_of[$1]}" "$@" ;;
    esac
}

# h2load on so many connections with so many streams each (the case's last number).
drive_h2() {
    local url=$1 proxy=$2 seconds=$3 line
    start h2load "$load_cpus" timeout $((seconds + 30)) \
        h2load -t1 -c"$case_connections" -m"$case_think" -D"$seconds" "$url$case_path"
    wait "${root_of[h2load]}" || true
    unset "root_of[h2load]"
    line=$(LC_ALL=C awk -v us=$((seconds * 1000000)) '
        /^requests:/ { for (i = 2; i < NF; i++) n[$(i + 1)] = $i; done = n["succeeded,"]; errors = n["failed,"] + n["errored,"] }
        /^traffic:/ { gsub(/[()]/, ""); bytes = $(NF - 1) }
        END { if (done > 0) print done, us, bytes, "-", "-", errors }' "$run_dir/h2load.out")
    [[ -n $line ]] || fail "h2load gave no result for $case_name through $proxy" "$run_dir/h2load.out"
    read -ra result <<<"$line"
}

drive_wrk() {
    local url=$1 proxy=$2 seconds=$3 line
    start wrk "$load_cpus" env BENCH_THINK_MS="$case_think" $([[ $case_through == logged ]] && echo BENCH_FIELDS=20) timeout $((seconds + 30)) \
        wrk -t1 -c"$case_connections" -d"${seconds}s" --timeout 10s -s "$here/config/report.lua" "$url$case_path"
    wait "${root_of[wrk]}" || true      # waiting for a background process lets a signal through at once
    unset "root_of[wrk]"
    line=$(sed -n 's/^bench //p' "$run_dir/wrk.out")
    [[ -n $line ]] || fail "wrk gave no result for $case_name through $proxy" "$run_dir/wrk.out"
    read -ra result <<<"$line"
}

# So many openssl s_time at once, each making one TLS 1.3 connection after the other with a request in each; it tells no percentiles.
# It prints "r" for a connection that resumed a session and "*" for another: one of the wrong kind counts as an error.
drive_handshakes() {
    local kind=$1 proxy=$2 seconds=$3 line
    start handshakes "$load_cpus" timeout $((seconds + 30)) bash -c '
        for ((i = 0; i < $1; i++)); do
            openssl s_time "$2" -tls1_3 -connect "$3" -www "$4" -time "$5" &
        done
        wait' - "$case_connections" "$kind" "127.0.0.1:${tls_of[$proxy]}" "$case_path" "$seconds"
    wait "${root_of[handshakes]}" || true
    unset "root_of[handshakes]"
    line=$(LC_ALL=C awk -v us=$((seconds * 1000000)) -v kind="$kind" '
        / connections in .* real seconds/ { done += $1; bytes += $1 * $7 }
        /^[r*t]+$/ || /^[r*t]+[0-9]/ { resumed += gsub(/r/, "", $1); made += gsub(/[*t]/, "", $1) }
        /ERROR|error/ { errors++ }
        END { if (done > 0) print done, us, bytes, "-", "-", errors + (kind == "-new" ? resumed : made > 4 ? made - 4 : 0) }' "$run_dir/handshakes.out")
    [[ -n $line ]] || fail "openssl s_time made no connection through $proxy" "$run_dir/handshakes.out"
    read -ra result <<<"$line"
}

# Requests at a constant rate (the case's last number), whatever becomes of those before: see OpenLoop.java.
drive_open() {
    local proxy=$1 seconds=$2 line
    start open "$load_cpus" timeout $((seconds + 60)) \
        java -Xms256m -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "$here/parts/OpenLoop.java" \
        "${http_of[$proxy]}" "$case_path" "$case_connections" "$case_think" "$seconds"
    wait "${root_of[open]}" || true
    unset "root_of[open]"
    line=$(sed -n 's/^bench //p' "$run_dir/open.out")
    [[ -n $line ]] || fail "OpenLoop gave no result for $case_name through $proxy" "$run_dir/open.out"
    read -ra result <<<"$line"
}

# Into the array use: CPU of the proxy, of the origin and of this shell's ended children (wrk among them), and the cores' idleness.
snapshot() {
    times >"$run_dir/times"     # not in a subshell: that one has no children
    local children
    children=$(awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); sum += 60 * t[1] + t[2] } printf "%.0f\n", sum * 1e6 }' "$run_dir/times")
    read -ra use <<<"$(cpu_of "$1") $(cpu_of origin) $children $(core_use "$proxy_cpu") $(core_use "$load_list")"
}

# Until all cores of the benchmark were idle for a second, but not longer than a minute: a round is worth the wait, a run is not.
await_quiet() {
    local before after try
    for try in {1..60}; do
        read -ra before <<<"$(core_use "$proxy_cpu $load_list")"
        nap 1
        read -ra after <<<"$(core_use "$proxy_cpu $load_list")"
        ((after[1] - before[1] > (after[0] - before[0]) * (${#load_cores[@]} + 1) * 95 / 100)) && return
    done
    return 0
}

# round PROXY NUMBER: a short unmeasured run, then the measured one; again, if something else used the cores meanwhile.
round() {
    local proxy=$1 number=$2 try use before result others
    for try in 1 2 3; do
        drive "$proxy" "$settle_seconds"
        snapshot "$proxy"
        before=("${use[@]}")
        drive "$proxy" "$seconds"
        snapshot "$proxy"
        note_round
        ((others > 0)) || break
        ((try < 3)) || break
        say "$case_name: other programs or the host took $others % of a core, so the round is repeated when the cores are quiet"
        await_quiet
    done
    cat "$run_dir/round" >>"$raw"
}

# The figures of one run of wrk, from result, before and use (see snapshot, report.lua).
note_round() {
    local body
    body=$(stat -c %s "$body_dir$case_path")
    ((result[0] > 0)) || fail "$case_name through $proxy: no request was answered" "$run_dir/$proxy.out"
    ((result[2] >= result[0] * body)) || fail "$case_name through $proxy: answers are shorter than the $body bytes of the body"
    LC_ALL=C awk -v results="${result[*]}" -v befores="${before[*]}" -v afters="${use[*]}" -v cores="${#load_cores[@]}" \
        -v rss="$(rss_of "$proxy")" -v head="$case_name	$proxy	$number" '
        function put(measure, value) { printf "%s\t%s\t%.6g\n", head, measure, value }
        BEGIN {
            split(results, r, " "); n = r[1]
            split(befores, b, " "); split(afters, a, " ")
            for (i = 1; i <= 11; i++) d[i] = a[i] - b[i]
            user = d[1]; kernel = d[2]; elapsed = d[6]
            put("rate", n * 1e6 / r[2]); put("cpu", (user + kernel) / n); put("user", user / n); put("kernel", kernel / n)
            if (r[4] != "-") { put("p50", r[4] / 1000); put("p99", r[5] / 1000) }
            put("rss", rss); put("errors", r[6])
            put("busy", 100 * (user + kernel) / elapsed)
            put("steal", 100 * (d[8] + d[11]) / elapsed)
            put("others", 100 * (elapsed - d[7] - d[8] - user - kernel) / elapsed)
            put("beside", 100 * (cores * elapsed - d[10] - d[11] - d[3] - d[4] - d[5]) / elapsed)
        }' >"$run_dir/round"
    others=$(awk '$4 == "others" || $4 == "beside" || $4 == "steal" { if ($5 > 8) sum += $5 } END { printf "%d\n", sum }' "$run_dir/round")
}

# Warm-up once for every proxy, then rounds in which the proxies take turns, each round beginning with another one.
measure_load() {
    local proxy number turn
    for proxy in "${proxies[@]}"; do
        say "$case_name: warming up $proxy for $warm_seconds s"
        drive "$proxy" "$warm_seconds"
    done
    for ((number = 1; number <= rounds; number++)); do
        for ((turn = 0; turn < ${#proxies[@]}; turn++)); do
            proxy=${proxies[(turn + number - 1) % ${#proxies[@]}]}
            say "$case_name: round $number of $rounds, $proxy"
            round "$proxy" "$number"
        done
    done
}

# From fork to the first answer of the origin through the proxy. The first try fills the file cache and is not counted.
measure_start() {
    local cpus=$1 proxy number began
    for ((number = 0; number <= starts; number++)); do
        for proxy in "${proxies[@]}"; do
            say "$case_name: start $number of $starts, $proxy"
            began=${EPOCHREALTIME/./}
            start_proxy "$proxy" "$cpus"
            await "$proxy" "${http_of[$proxy]}" "$case_path"
            ((number == 0)) || note "$case_name" "$proxy" "$number" start "$(((${EPOCHREALTIME/./} - began + 500) / 1000))"
            stop "$proxy"
        done
    done
}

# What a proxy costs that has just started and has nothing to do.
measure_idle() {
    local proxy before after
    for proxy in "${proxies[@]}"; do
        say "$case_name: $proxy"
        start_proxy "$proxy" "$proxy_cpu"
        await_proxy "$proxy"
        nap 5
        note "$case_name" "$proxy" 1 rss "$(rss_of "$proxy")"
        read -ra before <<<"$(cpu_of "$proxy")"
        nap 5
        read -ra after <<<"$(cpu_of "$proxy")"
        note "$case_name" "$proxy" 1 idle "$(((after[0] + after[1] - before[0] - before[1]) / 5000))"
        stop "$proxy"
    done
}

# What a connection costs that did one request and is idle since then: growth of RSS over that many (the case's fourth column).
measure_held() {
    local kind=$1 proxy before result port
    for proxy in "${proxies[@]}"; do
        say "$case_name: $proxy"
        stop "$proxy"
        start_proxy "$proxy" "$proxy_cpu"
        await_proxy "$proxy"
        port=${http_of[$proxy]}
        [[ $kind == tls ]] && port=${tls_of[$proxy]}
        before=$(
            case_connections=64 case_think=0 case_through=$([[ $kind == tls ]] && echo https || echo http)
            drive "$proxy" "$warm_seconds" >&2
            nap 3
            rss_of "$proxy"
        )
        start idle "$load_cpus" timeout 300 java -Xmx2g "$here/parts/Idle.java" "$port" "$kind" "$case_path" "$case_connections"
        until grep -q '^held' "$run_dir/idle.out"; do
            kill -0 "${root_of[idle]}" 2>/dev/null || fail "connections through $proxy were not held" "$run_dir/idle.out"
            nap 0.2
        done
        nap 5
        note "$case_name" "$proxy" 1 each "$(LC_ALL=C awk -v after="$(rss_of "$proxy")" -v before="$before" -v n="$case_connections" \
            'BEGIN { printf "%.2f", (after - before) * 1024 / n }')"
        stop idle
        stop "$proxy"
    done
}
