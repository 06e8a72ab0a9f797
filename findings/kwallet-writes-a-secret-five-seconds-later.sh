#!/usr/bin/env bash
# KWallet 5.103 says that a secret is kept, and writes it to the disk five seconds later.
#
# Believed: once CreateItem of the Secret Service API has answered, and the secret reads back, it is kept.
# So:       with kwalletd5 5.103.0-1 (Debian 12) the entry is on the disk at once and its secret five seconds later. Reading
#           it back shows kwalletd's memory. Where kwalletd is asked to end before, as at the end of a login (SIGTERM), the
#           entry is there afterwards, and empty.
#
# Needs root, debootstrap and a way to Debian's packages. Works in a folder that it removes. Ends with 0 while this is so.
set -euo pipefail
version=5.103.0-1
[[ ${1:-} == inside ]] || exec unshare --mount --propagation private -- "$0" inside

root=$(mktemp -d /var/tmp/kwallet.XXXXXX)
chmod 755 "$root" # the programs in there run as somebody who is not root
trap 'umount --recursive --lazy "$root/proc" "$root/dev" 2>/dev/null || true; rm --recursive --force --one-file-system "$root"' EXIT
debootstrap --variant=minbase bookworm "$root" >"$root.log" 2>&1 || { cat "$root.log" && exit 1; }
rm "$root.log"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"

in_root() { DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }
in_root apt-get -qq install --no-install-recommends "libkf5wallet-bin=$version" libqca-qt5-2-plugins dbus-daemon \
  python3-secretstorage >/dev/null 2>&1 ||
  { echo "KWallet $version is not to be had any more. See when its successor writes." && exit 1; }
in_root useradd --create-home person

# Starts kwalletd as its login module does: with a key for its wallet.
cat >"$root/usr/local/bin/wallet.py" <<'PROGRAM'
import os, socket
path = os.environ['XDG_RUNTIME_DIR'] + '/kwallet5.socket'
key, give = os.pipe(); os.set_inheritable(key, True)
door = socket.socket(socket.AF_UNIX)
if os.path.exists(path): os.unlink(path)
door.bind(path); door.listen(1); os.set_inheritable(door.fileno(), True)
if os.fork() == 0:
    os.write(give, bytes(range(56))); os.close(give)
    inside = socket.socket(socket.AF_UNIX); inside.connect(path)
    inside.sendall(b''.join(f'{name}={value}\n'.encode() for name, value in os.environ.items())); os._exit(0)
os.close(give)
os.environ['PAM_KWALLET5_LOGIN'] = '1'
os.execvp('kwalletd5', ['kwalletd5', '--pam-login', str(key), str(door.fileno())])
PROGRAM
cat >"$root/usr/local/bin/entry.py" <<'PROGRAM'
import sys, secretstorage
keyring = secretstorage.get_default_collection(secretstorage.dbus_init())
keyring.is_locked() and keyring.unlock()
name = {'name': sys.argv[2]}
if sys.argv[1] == 'keep':
    keyring.create_item('An entry', name, b'a secret')
print(*[entry.get_secret().decode() or 'an empty entry' for entry in keyring.search_items(name)])
PROGRAM
cat >"$root/usr/local/bin/session" <<'PROGRAM'
export XDG_RUNTIME_DIR=$HOME QT_QPA_PLATFORM=offscreen
begin() { python3 /usr/local/bin/wallet.py & wallet=$!; sleep 3; }
end() { kill "$wallet"; wait "$wallet" || true; }
entry() { python3 /usr/local/bin/entry.py "$@"; }
begin; end # a wallet that was just made is shown after the next start
begin
echo "kept, and read back: $(entry keep early)"
end; begin
echo "after an end at once: $(entry find early)"
echo "kept, and read back: $(entry keep late)"
sleep 8
end; begin
echo "after an end eight seconds later: $(entry find late)"
end
PROGRAM

echo "KWallet $version, asked to end after it has kept a secret"
seen=$(in_root su person --shell /bin/sh --command 'cd && dbus-run-session -- sh /usr/local/bin/session' 2>/dev/null)
echo "$seen"
[[ $seen == 'kept, and read back: a secret
after an end at once: an empty entry
kept, and read back: a secret
after an end eight seconds later: a secret' ]] || { echo 'That has changed.' && exit 1; }

# Seen on 2026-11-29:
#   KWallet 5.103.0-1, asked to end after it has kept a secret
#   kept, and read back: a secret
#   after an end at once: an empty entry
#   kept, and read back: a secret
#   after an end eight seconds later: a secret
