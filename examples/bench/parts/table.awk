# Reads cases, bars and the raw figures; prints one Markdown table of medians, ratios and bars.

function median(key,    n, i, j, t, v) {
    n = count[key]
    for (i = 1; i <= n; i++) v[i] = value[key, i]
    for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
    return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}
function has(c, p, m) { return ((c, p, m) in count) }
function shown(x) { return x >= 1000 ? sprintf("%.0f", x) : x >= 100 ? sprintf("%.0f", x) : x >= 10 ? sprintf("%.1f", x) : sprintf("%.2f", x) }
function ratio(c, peer, m,    base) {
    if (!has(c, "leba", m) || !has(c, peer, m)) return ""
    base = median(c SUBSEP peer SUBSEP m)
    return base > 0 ? sprintf("%.2f", median(c SUBSEP "leba" SUBSEP m) / base) : ""
}
# The figure of the peer that a bar is set against; 0 when it was not measured.
function base_of(c, m, peer,    a, b) {
    if (peer != "better") return has(c, peer, m) ? median(c SUBSEP peer SUBSEP m) : 0
    a = base_of(c, m, "haproxy"); b = base_of(c, m, "nginx")
    return a && b ? (a < b ? a : b) : 0
}
function verdict(c, m,    i, text, all, base, ours) {
    for (i = 1; i <= bars[c, m]; i++) {
        base = against[c, m, i] == "-" ? 1 : base_of(c, m, against[c, m, i])
        text = against[c, m, i] == "-" ? "≤ " limit_of[c, m, i] unit[m] : "≤ " sprintf("%.2f", limit_of[c, m, i]) " × " title[against[c, m, i]]
        if (has(c, "leba", m) && base > 0) {
            ours = median(c SUBSEP "leba" SUBSEP m) / base
            text = text (ours <= limit_of[c, m, i] ? ": met" : ": MISSED")
        }
        all = all (i > 1 ? "; " : "") text
    }
    return all
}
function put(column, text) {
    cell[rows, column] = text
    gsub(/[\200-\277]/, "", text)
    if (length(text) > width[column]) width[column] = length(text)
}
function pad(text, n, right,    plain) {
    plain = text; gsub(/[\200-\277]/, "", plain)
    for (n -= length(plain); n > 0; n--) text = right ? " " text : text " "
    return text
}
function row(c, m,    p) {
    rows++
    put(1, c); put(2, label[m])
    for (p = 1; p <= 3; p++) put(2 + p, has(c, proxy[p], m) ? shown(median(c SUBSEP proxy[p] SUBSEP m)) : "")
    put(6, ratio(c, "haproxy", m)); put(7, ratio(c, "nginx", m)); put(8, verdict(c, m))
}

BEGIN {
    split("leba haproxy nginx", proxy, " ")
    title["leba"] = "LEBA"; title["haproxy"] = "HAProxy"; title["nginx"] = "nginx"; title["better"] = "the better"
    measures = split("start rate cpu user kernel busy p50 p99 rss idle each", measure, " ")
    split("ms to first answer|requests/s|CPU µs/request|of it user|of it kernel|CPU % of the core|p50 ms|p99 ms|RSS MiB|CPU ms/s idle|RSS KiB/connection", labels, "|")
    for (i = 1; i <= measures; i++) label[measure[i]] = labels[i]
    unit["start"] = " ms"; unit["rss"] = " MiB"; unit["each"] = " KiB"
    rows = 1
    split("case|measure|LEBA|HAProxy|nginx|LEBA/HAProxy|LEBA/nginx|bar", heads, "|")
    for (i = 1; i <= 8; i++) put(i, heads[i])
}
/^#/ { next }
FILENAME ~ /cases$/ { cases[++ncases] = $1; next }
FILENAME ~ /bars$/ { n = ++bars[$1, $2]; against[$1, $2, n] = $3; limit_of[$1, $2, n] = $4; next }
{
    key = $1 SUBSEP $2 SUBSEP $4
    value[key, ++count[key]] = $5
    if ($4 == "errors" && $5 > 0) trouble[++troubles] = $5 " failed requests in " $1 " through " title[$2] ", round " $3
    if ($4 == "others" && $5 > 8) trouble[++troubles] = sprintf("other programs took %.0f %% of the proxy's core in %s of %s, round %s", $5, $1, title[$2], $3)
    if ($4 == "beside" && $5 > 8) trouble[++troubles] = sprintf("other programs took %.0f %% of wrk's core in %s of %s, round %s", $5, $1, title[$2], $3)
    if ($4 == "steal" && $5 > 8) trouble[++troubles] = sprintf("the host stole %.0f %% of a core in %s of %s, round %s", $5, $1, title[$2], $3)
}
END {
    for (i = 1; i <= ncases; i++) for (j = 1; j <= measures; j++) {
        any = 0
        for (p = 1; p <= 3; p++) any += has(cases[i], proxy[p], measure[j])
        if (any) row(cases[i], measure[j])
    }
    for (r = 1; r <= rows; r++) {
        line = "|"
        for (i = 1; i <= 8; i++) line = line " " pad(cell[r, i], width[i], i > 2 && i < 8) " |"
        print line
        if (r > 1) continue
        line = "|"
        for (i = 1; i <= 8; i++) { dashes = ""; for (k = 1; k < width[i] + (i > 2 && i < 8 ? 1 : 2) ; k++) dashes = dashes "-"; line = line (i > 2 && i < 8 ? dashes "-:|" : dashes "-|") }
        print line
    }
    if (troubles) print ""
    for (i = 1; i <= troubles; i++) print "doubtful: " trouble[i]
}
