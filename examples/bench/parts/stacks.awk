# Reads collapsed stacks ("[thread];frame;frame count"); prints shares by thread and the frames with most self and total.

function share(x) { return sprintf("%6.2f %%", 100 * x / all) }
function list(title, weights, lines,    i, key, best) {
    printf "\n%s\n", title
    for (i = 0; i < lines; i++) {
        best = ""
        for (key in weights) if (!(key in listed) && (best == "" || weights[key] > weights[best])) best = key
        if (best == "" || weights[best] < all / 2000) break
        listed[best] = 1
        printf "  %s  %s\n", share(weights[best]), best
    }
    for (key in listed) delete listed[key]
}

{
    weight = $NF
    stack = $0
    sub(/ [0-9]+$/, "", stack)
    n = split(stack, frame, ";")
    if (thread != "" && index(frame[1], thread) == 0) next
    name = frame[1]; sub(/ tid=[0-9]+\]/, "]", name)
    all += weight
    threads[name] += weight
    self[frame[n]] += weight
    if (frame[n] ~ /_\[k\]$/) kernel += weight
    for (i = 2; i <= n; i++) if (!((NR, frame[i]) in counted)) { counted[NR, frame[i]] = 1; total[frame[i]] += weight }
    for (i = 2; i <= n; i++) delete counted[NR, frame[i]]
}

END {
    if (!all) { print "no samples in threads named " thread; exit 1 }
    unit = event == "alloc" ? "bytes" : event == "lock" ? "ns waited" : "samples"
    printf "%d %s", all, unit
    if (event == "cpu") printf "; kernel %s, user %s", share(kernel), share(all - kernel)
    print ""
    list("by thread", threads, top)
    list("by frame, itself (_[k] kernel, _[j] compiled, _[i] inlined, _[0] interpreted, _[1] C1)", self, top)
    list("by frame, with what it calls", total, top)
}
