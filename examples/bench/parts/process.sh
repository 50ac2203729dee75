# Starting, watching and ending the programs of a benchmark. Sourced by run.

declare -A root_of=()   # name → pid that was started
declare -A pids_of=()   # name → that pid and its descendants, once it answers
declare -A http_of=() h2c_of=() tls_of=() tcp_of=() metrics_of=()
exec {nap_fd}<> <(:)    # never readable: a read with a timeout is a sleep without a process

nap() { read -rt "$1" -u "$nap_fd" || true; }

# Ports below the ephemeral range: no client socket of the run can take one away.
free_port() {
    local port try
    for try in {1..200}; do
        port=$((20000 + RANDOM % 12000))
        [[ " $taken_ports " == *" $port "* ]] && continue
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue
        taken_ports+=" $port"
        free_port=$port
        return
    done
    fail "no free port between 20000 and 32000 on 127.0.0.1"
}
taken_ports=""

# fill TEMPLATE NAME=VALUE…: replaces ${NAME} and ${NAME:-default}; a name that is not given becomes its default.
fill() {
    local template=$1 edits=() pair
    shift
    for pair in "$@"; do edits+=(-e "s|\${${pair%%=*}\(:-[^}]*\)\{0,1\}}|${pair#*=}|g"); done
    sed "${edits[@]}" -e 's|\${[A-Z_]*:-\([^}]*\)}|\1|g' "$template"
}

# start NAME CPUS COMMAND…: the program dies with this shell, whatever ends it.
start() {
    local name=$1 cpus=$2
    shift 2
    taskset -c "$cpus" setpriv --pdeathsig TERM "$@" </dev/null >"$run_dir/$name.out" 2>&1 &
    root_of[$name]=$!
}

# The pids of a process and all its descendants. Processes of others may end while they are read.
tree() {
    { cat /proc/[0-9]*/stat 2>/dev/null || true; } | LC_ALL=C awk -v root="$1" '
        { pid = $1; sub(/^.*\) /, ""); split($0, f, " "); parent[pid] = f[2] }
        END {
            for (pid in parent) {
                p = pid; hops = 0
                while (p != root && p > 1 && hops++ < 20) p = parent[p]
                if (p == root) printf "%s ", pid
            }
        }'
}

stop() {
    local name=$1 pid pids left
    [[ -n ${root_of[$name]:-} ]] || return 0
    pids=$(tree "${root_of[$name]}")
    kill -TERM "${root_of[$name]}" 2>/dev/null || true
    for left in {1..100}; do
        kill -0 $pids 2>/dev/null || break
        nap 0.05
    done
    for pid in $pids; do
        if [[ -e /proc/$pid ]]; then kill -KILL "$pid" 2>/dev/null || true; fi
    done
    wait "${root_of[$name]}" 2>/dev/null || true
    unset "root_of[$name]" "pids_of[$name]"
}

stop_all() {
    local name
    for name in "${!root_of[@]}"; do stop "$name"; done
}

# One request on a new connection; true when it is answered with 200.
answers() {
    local port=$1 path=$2 fd line=""
    { exec {fd}<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$path" 2>/dev/null >&"$fd" || true
    read -rt 2 -u "$fd" line 2>/dev/null || true
    exec {fd}>&-
    [[ $line == "HTTP/1.1 200"* ]]
}

await() {
    local name=$1 port=$2 path=$3 until=$((SECONDS + 30))
    until answers "$port" "$path"; do
        kill -0 "${root_of[$name]}" 2>/dev/null || fail "$name ended before it answered" "$run_dir/$name.out"
        ((SECONDS < until)) || fail "$name did not answer http://127.0.0.1:$port$path within 30 s" "$run_dir/$name.out"
        nap 0.001
    done
}

# What a variant of the configurations has besides what all have; the peers get the same as LEBA. Into the array variant.
choose_variant() {
    case $1 in
        plain) variant=() ;;
        logged) # a line of log for each request, and routing by a field as well
            variant=("LEBA_LOG=access_log: {path: \"$run_dir/leba-access.log\"}" "LEBA_TENANT=, headers: {X-Tenant: blue}"
                "HAPROXY_LOG=log global\n    option httplog" "AND_TENANT=blue" "NGINX_LOG=access_log $run_dir/nginx-access.log;" "NGINX_FILES=\$by_tenant") ;;
        many) # connections that stay
            variant=( # HAProxy takes two descriptors for each, and two for a pipe: this fits into 20,000
                "CONNECTIONS=8900" "IDLE=900s") ;;
    esac
}
variant=()

# A certificate that nobody has to trust: ECDSA P-256, as most sites have it.
make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
        -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" -keyout "$run_dir/key.pem" -out "$run_dir/cert.pem" 2>"$run_dir/openssl.out" ||
        fail "openssl made no certificate" "$run_dir/openssl.out"
    cat "$run_dir/cert.pem" "$run_dir/key.pem" >"$run_dir/both.pem"
}

choose_ports() {
    local proxy
    free_port; origin_a=$free_port
    free_port; origin_b=$free_port
    for proxy in "${proxies[@]}"; do
        free_port; http_of[$proxy]=$free_port
        free_port; h2c_of[$proxy]=$free_port
        free_port; tls_of[$proxy]=$free_port
        free_port; tcp_of[$proxy]=$free_port
        free_port; metrics_of[$proxy]=$free_port
    done
}

# Configuration for every proxy, with what is in variant; ports stay the same for the whole run.
write_configs() {
    local proxy user="" stream=""
    [[ -n ${origin_a:-} ]] || choose_ports
    [[ -e $run_dir/both.pem ]] || make_certificate
    ((EUID == 0)) && user="user root;"
    if nginx -V 2>&1 | grep -q -- '--with-stream=dynamic'; then
        stream="load_module $(nginx -V 2>&1 | sed -n 's/.*--modules-path=\([^ ]*\).*/\1/p')/ngx_stream_module.so;"
    fi
    local common=("RUN_DIR=$run_dir" "BODY_DIR=$body_dir" "ORIGIN_A=$origin_a" "ORIGIN_B=$origin_b"
        "NGINX_USER=$user" "LOAD_STREAM=$stream" "TRANSPORT=${transport:-auto}" "${variant[@]}")
    [[ -z $generous ]] ||
        common+=("STREAM_BUFFER=256k" "PIPE_SIZE=tune.pipesize 1048576" "HTTP_SPLICE=option splice-response")
    fill "$here/config/origin.conf" "${common[@]}" >"$run_dir/origin.conf"
    for proxy in "${proxies[@]}"; do
        fill "$here/config/${config_of[$proxy]}" "${common[@]}" "HTTP_PORT=${http_of[$proxy]}" "H2C_PORT=${h2c_of[$proxy]}" \
            "TLS_PORT=${tls_of[$proxy]}" "TCP_PORT=${tcp_of[$proxy]}" "METRICS_PORT=${metrics_of[$proxy]}" >"$run_dir/${config_of[$proxy]}"
    done
}

declare -A config_of=([leba]=leba.yaml [haproxy]=haproxy.cfg [nginx]=nginx.conf)

start_origin() {
    start origin "$load_cpus" nginx -c "$run_dir/origin.conf"
    await origin "$origin_a" /files/1k.bin
    pids_of[origin]=$(tree "${root_of[origin]}")
}

start_proxy() {
    local proxy=$1 cpus=$2
    case $proxy in
        leba) start leba "$cpus" "$leba_home/bin/leba" run --config "$run_dir/leba.yaml" --log "$run_dir/leba.log" ;;
        haproxy) start haproxy "$cpus" haproxy -db -f "$run_dir/haproxy.cfg" ;;
        nginx) start nginx "$cpus" nginx -c "$run_dir/nginx.conf" ;;
    esac
}

await_proxy() {
    await "$1" "${http_of[$1]}" /files/1k.bin
    pids_of[$1]=$(tree "${root_of[$1]}")
}
