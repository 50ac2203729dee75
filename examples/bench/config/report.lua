-- One line for the harness after a run of wrk. Nothing here runs per request, unless a think time is asked for.
local think = tonumber(os.getenv("BENCH_THINK_MS") or "0")

-- Twenty fields as a browser behind two proxies sends them, in all; wrk itself adds Host.
if os.getenv("BENCH_FIELDS") then
  wrk.headers = {
    ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    ["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    ["Accept-Language"] = "en-US,en;q=0.5", ["Accept-Encoding"] = "gzip, deflate, br, zstd",
    ["Referer"] = "https://www.example.com/catalogue/shoes?page=3", ["DNT"] = "1",
    ["Sec-Fetch-Dest"] = "document", ["Sec-Fetch-Mode"] = "navigate", ["Sec-Fetch-Site"] = "same-origin",
    ["Sec-Fetch-User"] = "?1", ["Upgrade-Insecure-Requests"] = "1", ["Priority"] = "u=0, i",
    ["Cookie"] = "session=4f1c2ab39de84f0d9b6c; theme=dark; consent=analytics%3Dno; _ga=GA1.2.1234567890.1700000000",
    ["Pragma"] = "no-cache", ["Cache-Control"] = "no-cache", ["X-Request-ID"] = "7b3f7a52-6a5c-4f4e-8f0e-7b2b9e5d1c11",
    ["X-Tenant"] = "blue", ["X-Client-Version"] = "web/4.17.2",
    ["traceparent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  }
end

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
