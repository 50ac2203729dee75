-- Requests to several paths in turn (BENCH_PATHS, by blanks), a think time, and one line for the harness after a run of wrk.
local think = tonumber(os.getenv("BENCH_THINK_MS") or "0")
local requests, turn = {}, 0

function init()
  for path in string.gmatch(os.getenv("BENCH_PATHS") or "/", "%S+") do
    requests[#requests + 1] = wrk.format("GET", path)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

if think > 0 then
  function delay() return math.random(0, 2 * think) end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("\nbench %d %d %d %d %d %d %d %d %d %d %d\n",
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency.max,
    e.connect, e.read, e.write, e.status, e.timeout))
end
