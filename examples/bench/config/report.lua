-- One line for the harness after a run of wrk. Nothing here runs per request, unless a think time is asked for.
local think = tonumber(os.getenv("BENCH_THINK_MS") or "0")

if think > 0 then
  function delay() return math.random(0, 2 * think) end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("\nbench %d %d %d %d %d %d\n",
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
