#!/usr/bin/env bash
# WebKitGTK 2.54.3 draws nothing when the hardware acceleration policy is changed after a load has begun.
#
# Believed: a setting of a web view can be changed at any time; the reference of WebKitSettings:hardware-acceleration-policy
# names no time for it, and with 2.50.6 and 2.52.6 a change after the load has begun is taken.
# So:       with 2.54.3 (Debian 13, trixie-security) a view whose policy becomes NEVER between the call that loads a page and
#           its first picture stays blank. The page's script runs, its title changes, and a snapshot shows the whole page
#           (the page's process draws anew for that), so neither of them tells. Loading the page again does not help. Set
#           before the load, the policy works. The pixels of the window tell, and so does gtk_widget_draw on a surface of
#           one's own.
#
# Needs root, debootstrap and a way to Debian's packages. Works in a folder that it removes. Ends with 0 while this is so.
set -euo pipefail
version=2.54.3-1~deb13u1
[[ ${1:-} == inside ]] || exec unshare --mount --propagation private -- "$0" inside

root=$(mktemp -d /var/tmp/webkitgtk.XXXXXX)
chmod 755 "$root" # the programs in there run as somebody who is not root
trap 'umount --recursive "$root/proc" "$root/dev" 2>/dev/null || true; rm --recursive --force --one-file-system "$root"' EXIT
debootstrap --variant=minbase trixie "$root" >"$root.log" 2>&1 || { cat "$root.log" && exit 1; }
rm "$root.log"
# Security updates are beside the packages, wherever those come from.
sed --quiet 's|/debian/\? trixie |/debian-security trixie-security |p' "$root/etc/apt/sources.list" >"$root/etc/apt/sources.list.d/security.list"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"

in_root() { DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }
install() { in_root apt-get -qq install --no-install-recommends "$@" >/dev/null 2>&1; }
in_root apt-get -qq update
install "libwebkit2gtk-4.1-0=$version" "libjavascriptcoregtk-4.1-0=$version" "gir1.2-webkit2-4.1=$version" \
  "gir1.2-javascriptcoregtk-4.1=$version" python3-gi python3-gi-cairo xauth xvfb ||
  { echo "WebKitGTK $version is not to be had any more. See whether its successor draws." && exit 1; }
in_root useradd --create-home person

cat >"$root/usr/local/bin/view.py" <<'PROGRAM'
import sys
import cairo, gi
gi.require_version('Gtk', '3.0')
gi.require_version('WebKit2', '4.1')
from gi.repository import Gdk, GLib, Gtk, WebKit2

def never(view):
    view.get_settings().set_hardware_acceleration_policy(WebKit2.HardwareAccelerationPolicy.NEVER)

def colours(pixels):
    return len({pixels[at:at + 4] for at in range(0, len(pixels), 4)})

def tell(window, view, said):
    shown = window.get_window()
    wide, high = shown.get_width(), shown.get_height()
    screen = cairo.ImageSurface(cairo.FORMAT_RGB24, wide, high)
    context = cairo.Context(screen)
    Gdk.cairo_set_source_pixbuf(context, Gdk.pixbuf_get_from_window(shown, 0, 0, wide, high), 0, 0)
    context.paint()
    drawn = cairo.ImageSurface(cairo.FORMAT_RGB24, wide, high)
    view.draw(cairo.Context(drawn))
    def snapshot(view, result):
        taken = colours(bytes(view.get_snapshot_finish(result).get_data()))
        print(f'{said}: title "{view.get_title()}", colours in the window {colours(bytes(screen.get_data()))}, '
              f'in the view drawn once more {colours(bytes(drawn.get_data()))}, in a snapshot {taken}')
        Gtk.main_quit()
    view.get_snapshot(WebKit2.SnapshotRegion.VISIBLE, WebKit2.SnapshotOptions.NONE, None, snapshot)

said = sys.argv[1]
window, view = Gtk.Window(), WebKit2.WebView()
window.set_default_size(600, 400)
window.add(view)
if said == 'before the load':
    never(view)
view.load_html('<title>ready</title><h1>A heading</h1>', None)
window.show_all()
if said == 'after the load has begun':
    never(view)
GLib.timeout_add_seconds(5, tell, window, view, said)
Gtk.main()
PROGRAM

echo "WebKitGTK $version, the policy NEVER set"
for said in 'before the load' 'after the load has begun'; do
  in_root su person -c "NO_AT_BRIDGE=1 xvfb-run -a timeout 60 python3 /usr/local/bin/view.py '$said' 2>/dev/null"
done | tee "$root/told"
grep --quiet '^before the load: title "ready", colours in the window [0-9][0-9]' "$root/told" &&
  grep --quiet '^after the load has begun: title "ready", colours in the window 1, in the view drawn once more 1, in a snapshot [0-9][0-9]' \
    "$root/told" || { echo "This is not so any more." && exit 1; }

# Seen on 29 November 2026:
#   WebKitGTK 2.54.3-1~deb13u1, the policy NEVER set
#   before the load: title "ready", colours in the window 208, in the view drawn once more 208, in a snapshot 208
#   after the load has begun: title "ready", colours in the window 1, in the view drawn once more 1, in a snapshot 208
