#!/usr/bin/env bash
# KeePassXC 2.7.4 lets each connection to the session bus in by itself, also two of one program.
#
# Believed: a program that has just kept an entry may read it back, over whichever of its connections.
# So:       with keepassxc 2.7.4+dfsg.1-2 (Debian 12), as it comes, an entry is open to the connection that made it and locked
#           to every other one, of the same process too. Reading it there needs an answer in a dialog.
#
# Needs root, debootstrap and a way to Debian's packages. Works in a folder that it removes. Ends with 0 while this is so.
set -euo pipefail
version=2.7.4+dfsg.1-2
[[ ${1:-} == inside ]] || exec unshare --mount --propagation private -- "$0" inside

root=$(mktemp -d /var/tmp/keepassxc.XXXXXX)
chmod 755 "$root" # the programs in there run as somebody who is not root
trap 'umount --recursive --lazy "$root/proc" "$root/dev" 2>/dev/null || true; rm --recursive --force --one-file-system "$root"' EXIT
debootstrap --variant=minbase bookworm "$root" >"$root.log" 2>&1 || { cat "$root.log" && exit 1; }
rm "$root.log"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"

in_root() { DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }
in_root apt-get -qq install --no-install-recommends "keepassxc=$version" dbus-daemon python3-secretstorage >/dev/null 2>&1 ||
  { echo "KeePassXC $version is not to be had any more. See what its successor asks." && exit 1; }
in_root useradd --create-home person

cat >"$root/usr/local/bin/entry.py" <<'PROGRAM'
import secretstorage
def find(bus):
    return next(secretstorage.search_items(bus, {'name': 'ours'}))
one, other = secretstorage.dbus_init(), secretstorage.dbus_init()
secretstorage.get_default_collection(one).create_item('An entry', {'name': 'ours'}, b'a secret')
print('to the connection that made it:', 'locked' if find(one).is_locked() else find(one).get_secret().decode())
print('to another of the same program:', 'locked' if find(other).is_locked() else find(other).get_secret().decode())
PROGRAM
cat >"$root/usr/local/bin/session" <<'PROGRAM'
export XDG_RUNTIME_DIR=$HOME QT_QPA_PLATFORM=offscreen
cat >db.xml <<'DATABASE'
<?xml version='1.0' encoding='UTF-8' standalone='yes'?><KeePassFile><Meta><Generator>finding</Generator>
<DatabaseName>Passwords</DatabaseName><RecycleBinEnabled>False</RecycleBinEnabled><CustomData><Item>
<Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{30313233-3435-3637-3839-616263646566}</Value></Item></CustomData></Meta>
<Root><Group><UUID>MDEyMzQ1Njc4OWFiY2RlZg==</UUID><Name>Root</Name></Group></Root></KeePassFile>
DATABASE
printf 'secret\nsecret\n' | keepassxc-cli import -p db.xml db.kdbx >/dev/null
printf '[General]\nConfigVersion=2\n[FdoSecrets]\nEnabled=true\n[GUI]\nCheckForUpdates=false\n' >settings.ini
mkfifo password
keepassxc --config settings.ini --localconfig local.ini --pw-stdin db.kdbx <password >/dev/null & keepassxc=$!
exec 3>password
echo secret >&3
sleep 5
timeout 20 python3 /usr/local/bin/entry.py
kill "$keepassxc"
PROGRAM

echo "KeePassXC $version, with the settings that it comes with"
seen=$(in_root su person --shell /bin/sh --command 'cd && dbus-run-session -- sh /usr/local/bin/session' 2>/dev/null)
echo "$seen"
[[ $seen == 'to the connection that made it: a secret
to another of the same program: locked' ]] || { echo 'That has changed.' && exit 1; }

# Seen on 2026-11-29:
#   KeePassXC 2.7.4+dfsg.1-2, with the settings that it comes with
#   to the connection that made it: a secret
#   to another of the same program: locked
