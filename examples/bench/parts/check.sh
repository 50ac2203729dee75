# What must be there before anything is measured, and what is said about the machine afterwards. Sourced by run.

install_hint="on Debian or Ubuntu: apt-get install -y haproxy nginx libnginx-mod-stream wrk nghttp2-client (then stop the services that they start)"

choose_proxies() {
    local proxy
    if ((${#proxies[@]} == 0)); then
        proxies=(leba haproxy nginx)
        if [[ ! -x $leba_home/bin/leba ]]; then
            say "LEBA is not built (mvn -q -DskipTests package), so only its peers are measured"
            proxies=(haproxy nginx)
        fi
    fi
    for proxy in "${proxies[@]}"; do
        [[ -n ${config_of[$proxy]:-} ]] || wrong "no such proxy: $proxy"
    done
    [[ " ${proxies[*]} " != *" leba "* || -x $leba_home/bin/leba ]] ||
        fail "no $leba_home/bin/leba: build it with mvn -q -DskipTests package, or set LEBA_HOME"
    [[ -z $keep ]] || ((${#proxies[@]} == 1)) || wrong "--keep needs one proxy, as in --proxies leba"
    [[ -z $keep || ${wanted[*]:-} != *start* && ${wanted[*]:-} != *idle* ]] || wrong "--keep needs a case with load"
}

check_programs() {
    local program missing=""
    for program in nginx wrk h2load openssl java taskset setpriv $([[ " ${proxies[*]} " == *" haproxy "* ]] && echo haproxy); do
        PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null || missing+=" $program"
    done
    PATH=$PATH:/usr/sbin:/sbin
    [[ -z $missing ]] || fail "missing:$missing; $install_hint"
    if [[ " ${proxies[*]} " == *" nginx "* ]] && nginx -V 2>&1 | grep -q -- '--with-stream=dynamic'; then
        [[ -e $(nginx -V 2>&1 | sed -n 's/.*--modules-path=\([^ ]*\).*/\1/p')/ngx_stream_module.so ]] ||
            fail "nginx has no stream module; $install_hint"
    fi
    ulimit -n "$(ulimit -Hn)"
    (($(ulimit -n) >= 1500)) || fail "the limit of open files is $(ulimit -n); at least 1500 are needed"
}

check_machine() {
    local core before after busy
    all_cpus=$(taskset -cp $$ | sed 's/.*: //')
    load_list=$(awk -v list="$load_cpus" 'BEGIN {
        n = split(list, part, ",")
        for (i = 1; i <= n; i++) { split(part[i] "-" part[i], r, "-"); for (c = r[1] + 0; c <= r[2] + 0; c++) printf "%d ", c }
    }')
    read -ra load_cores <<<"$load_list"
    for core in $proxy_cpu $load_list; do
        taskset -c "$core" true 2>/dev/null || fail "no core '$core' for this process, it may use $all_cpus; see --proxy-cpu and --load-cpus"
        read -ra before <<<"$(core_use "$core")"
        nap 1
        read -ra after <<<"$(core_use "$core")"
        busy=$((100 - (after[1] - before[1]) * 100 / (after[0] - before[0])))
        ((busy <= 5)) || say "something else keeps core $core busy ($busy %): the figures will be poor"
    done
}

describe() {
    local proxy
    echo "$(date +%F), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc --all) cores, Linux $(uname -r), TCP $(</proc/sys/net/ipv4/tcp_congestion_control)"
    for proxy in "${proxies[@]}"; do
        case $proxy in
            leba) "$leba_home/bin/leba" version 2>&1 | head -n 1 ;;
            haproxy) haproxy -v | sed -n 's/^HAProxy version \([^ ]*\).*/HAProxy \1/p' ;;
            nginx) nginx -v 2>&1 | sed 's/^nginx version: nginx./nginx /' ;;
        esac
    done | paste -sd, | sed 's/,/, /g'
    echo "proxy on core $proxy_cpu, origin and wrk on core $load_cpus; warm-up $warm_seconds s a case and $settle_seconds s a round," \
        "medians of $rounds interleaved rounds of $seconds s, $starts starts"
    [[ -z $generous ]] || echo "generous: nginx stream buffers of 256 KB, HAProxy pipes of 1 MB and splicing of HTTP bodies"
    [[ -z $quick ]] || echo "quick: one short round, not to be quoted"
    echo
}
