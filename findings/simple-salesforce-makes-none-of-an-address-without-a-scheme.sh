#!/usr/bin/env bash
# simple-salesforce 1.12.10 makes the host `None` of an instance address without a scheme.
#
# Believed: `Salesforce(session_id=…, instance_url="acme.my.salesforce.com")` reaches that host, or says that this is no address.
# So:       with simple-salesforce 1.12.10 nothing is said, and every call goes to https://None/services/data/. The host alone
#           belongs into `instance`; `instance_url` wants the scheme, and https whatever it says.
#
# Needs Python 3.9 or newer and a way to its packages. Works in a folder that it removes, and asks no server. Ends with 0 while
# this is so.
set -euo pipefail
version=1.12.10

folder=$(mktemp -d /tmp/simple-salesforce.XXXXXX)
trap 'rm --recursive --force "$folder"' EXIT
/usr/bin/python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "simple-salesforce==$version"

echo "simple-salesforce $version"
seen=$("$folder/venv/bin/python" - <<'PROGRAM'
from simple_salesforce import Salesforce
for given in [
    {"instance_url": "acme.my.salesforce.com"},
    {"instance_url": "http://acme.my.salesforce.com"},
    {"instance_url": "https://acme.my.salesforce.com/"},
    {"instance": "acme.my.salesforce.com"},
]:
    print(*given.items(), "asks at", Salesforce(session_id="made up", version="67.0", **given).base_url)
PROGRAM
)
echo "$seen"
[[ $seen == *"('instance_url', 'acme.my.salesforce.com') asks at https://None/services/data/v67.0/"* ]] ||
  { echo 'That has changed.' && exit 1; }

# Seen on 2026-11-29:
#   simple-salesforce 1.12.10
#   ('instance_url', 'acme.my.salesforce.com') asks at https://None/services/data/v67.0/
#   ('instance_url', 'http://acme.my.salesforce.com') asks at https://acme.my.salesforce.com/services/data/v67.0/
#   ('instance_url', 'https://acme.my.salesforce.com/') asks at https://acme.my.salesforce.com/services/data/v67.0/
#   ('instance', 'acme.my.salesforce.com') asks at https://acme.my.salesforce.com/services/data/v67.0/
