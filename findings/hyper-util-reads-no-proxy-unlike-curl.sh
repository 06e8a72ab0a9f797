#!/usr/bin/env bash
# hyper-util 0.1.21, by which reqwest 0.13 finds its proxy, reads three lists of NO_PROXY otherwise than curl.
#
# Believed: a host that NO_PROXY lists for curl is listed for a program with reqwest too; hyper-util's own documentation says that it treats
#           these variables the same as curl does.
# So:       curl 7.88.1 goes to the host itself for each list below, hyper-util 0.1.21 sends what is for it to the proxy: it divides a list by
#           commas alone, takes a final full stop for a part of the name, and takes an empty NO_PROXY for the list although no_proxy has one.
#
# Needs cargo and curl, and a way to the packages of crates.io. Contacts this computer alone. Works in a folder that it removes. Ends with 0
# while this is so.
set -euo pipefail

folder=$(mktemp -d /tmp/no-proxy.XXXXXX)
trap 'rm --recursive --force "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "one"
edition = "2021"
[dependencies]
http = "=1.5.0"
hyper-util = { version = "=0.1.21", default-features = false, features = ["client-proxy"] }
TOML
cat >src/main.rs <<'RUST'
use hyper_util::client::proxy::matcher::Matcher;

fn main() {
    let host = http::Uri::from_static("http://org.example:2/");
    print!("{}", if Matcher::from_env().intercept(&host).is_some() { "proxy" } else { "itself" });
}
RUST
cargo build --quiet

# Neither the proxy nor the host is there, so that curl tells which one it wanted.
proxy=http_proxy=http://127.0.0.1:9
by_curl() {
  local said
  said=$(env --ignore-environment PATH="$PATH" $proxy "$@" \
    curl --silent --show-error --resolve org.example:2:127.0.0.2 http://org.example:2/ 2>&1) || true
  [[ $said == *'port 9 '* ]] && echo proxy || echo itself
}
by_hyper_util() { env --ignore-environment $proxy "$@" target/debug/one; }

seen=
look() { seen+="$1: curl $(by_curl "${@:2}"), hyper-util $(by_hyper_util "${@:2}")"$'\n'; }
look 'divided by commas' NO_PROXY=other.example,org.example
look 'divided by blanks' 'NO_PROXY=other.example org.example'
look 'a final full stop' NO_PROXY=org.example.
look 'an empty NO_PROXY' NO_PROXY= no_proxy=org.example
printf '%s' "$seen"
[[ $seen == 'divided by commas: curl itself, hyper-util itself
divided by blanks: curl itself, hyper-util proxy
a final full stop: curl itself, hyper-util proxy
an empty NO_PROXY: curl itself, hyper-util proxy
' ]] || { echo 'That has changed.' && exit 1; }

# Seen on 2026-11-30, with curl 7.88.1:
#   divided by commas: curl itself, hyper-util itself
#   divided by blanks: curl itself, hyper-util proxy
#   a final full stop: curl itself, hyper-util proxy
#   an empty NO_PROXY: curl itself, hyper-util proxy
