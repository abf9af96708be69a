#!/usr/bin/env bash
# Requests a second of the HTTP server on one core: starts http_probe pinned to core 0 and loads it
# from the other cores with wrk for SECONDS (5). Prints what was measured where.
#
#   bench/http.sh [SECONDS]         TARN_BIN_DIR says where http_probe is (build/release/bin)
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-5}
bin=${TARN_BIN_DIR:-build/release/bin}
cores=$(nproc)
others=0
[ "$cores" -gt 1 ] && others=1-$((cores - 1))

work=$(mktemp -d)
mkfifo "$work/input"
taskset -c 0 "$bin/http_probe" <"$work/input" >"$work/output" &
server=$!
exec 3>"$work/input" # closing it ends the server
stop() {
    exec 3>&-
    wait "$server" || true
    rm -rf "$work"
}
trap stop EXIT
until [ -s "$work/output" ]; do sleep 0.05; done
url=$(head -1 "$work/output")

# The time that the server's own core worked tells its speed even when others keep the machine busy.
cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }

model=$(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo)
load=$(cut -d' ' -f1 /proc/loadavg)
echo "commit $(git rev-parse --short HEAD), $cores x $model, load $load"
for path in hello assets/app.js; do
    before=$(cpu_ticks)
    timeout $((seconds + 20)) taskset -c "$others" \
        wrk -t1 -c64 -d"${seconds}s" --latency "$url/$path" >"$work/wrk"
    after=$(cpu_ticks)
    awk -v path="/$path" -v ticks=$((after - before)) -v hertz="$(getconf CLK_TCK)" '
        /requests in/ { requests = $1 }
        /Requests\/sec/ { rate = $2 }
        /50%/ { median = $2 }
        /99%/ { tail = $2 }
        /Non-2xx|Socket errors/ { print "  " $0 }
        END {
            printf "%-16s %8.0f requests/s  %8.0f per CPU-second of the server  p50 %s  p99 %s\n",
                path, rate, requests / (ticks / hertz), median, tail
        }' "$work/wrk"
done
