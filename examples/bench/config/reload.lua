-- Requests spread over the routes that have no host. One line for the harness at the end.
local think = tonumber(os.getenv("BENCH_THINK_MS") or "0")
local routes = tonumber(os.getenv("BENCH_ROUTES") or "100")

if think > 0 then
  function delay() return math.random(0, 2 * think) end
end

function request()
  local r = 2 * math.random(0, math.floor((routes - 1) / 2))
  return wrk.format("GET", "/app" .. r .. "/v0/x")
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("\nbench %d %d %d %d %d %d %d %d\n",
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(99.9), latency.max))
end
