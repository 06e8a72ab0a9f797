#!/usr/bin/env bash
# wixl 0.101 gives every .msi a random package code and the present time, also where the source names a code.
#
# Believed: a package whose source names `Package/@Id`, and every GUID that Windows Installer asks for, is the same to the byte each time that
#           it is made from the same files, or is with SOURCE_DATE_EPOCH.
# So:       with wixl 0.101 the named code is left aside for a random one ("Revision number"), and both times are those of now. Two packages
#           of the same sources are two packages for Windows Installer as well. The cabinet inside is the same. The summary information can
#           be set right afterwards: `msibuild FILE.msi -i _SummaryInformation.idt`.
#
# Needs apt and a way to Debian's packages. Works in a folder that it removes. Ends with 0 while this is so.
set -euo pipefail
version=0.101+repack-1

folder=$(mktemp -d /tmp/wixl.XXXXXX)
trap 'rm --recursive --force "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get --quiet=2 download "wixl=$version" "wixl-data=$version" "msitools=$version" "libmsi0=$version" libgcab-1.0-0 libgsf-1-114 libgsf-1-common 2>/dev/null ||
  { echo "wixl $version is not to be had any more. See what its successor writes." && exit 1; }
for package in *.deb; do dpkg --extract "$package" .; done
export PATH=$folder/usr/bin:$PATH LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(dirname "$(echo "$folder"/usr/lib/*/libmsi.so.0)")
named=33333333-3333-4333-8333-333333333333
cat >one.wxs <<XML
<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="11111111-1111-4111-8111-111111111111" UpgradeCode="22222222-2222-4222-8222-222222222222" Name="One" Language="1033"
    Version="1.0.0" Manufacturer="One">
    <Package Id="$named" InstallerVersion="500" Compressed="yes" />
    <Media Id="1" Cabinet="one.cab" EmbedCab="yes" />
    <Directory Id="TARGETDIR" Name="SourceDir"><Directory Id="ProgramFilesFolder"><Directory Id="INSTALLDIR" Name="One">
      <Component Id="One" Guid="44444444-4444-4444-8444-444444444444"><File Id="one.txt" Source="one.txt" KeyPath="yes" /></Component>
    </Directory></Directory></Directory>
    <Feature Id="All" Level="1"><ComponentRef Id="One" /></Feature>
  </Product>
</Wix>
XML
echo one >one.txt
export SOURCE_DATE_EPOCH=946684800 # in the year 2000

code() { msiinfo suminfo "$1" | sed --quiet 's/^Revision number (UUID): //p'; }
created() { msiinfo suminfo "$1" | sed --quiet 's/^Created: .* //p'; }
for time in first second; do
  wixl --output $time.msi one.wxs
  msiinfo extract $time.msi one.cab >$time.cab
done
seen=
says() { if "${@:2}"; then seen+="$1: yes"$'\n'; else seen+="$1: no"$'\n'; fi; }
says 'the named code' test "$(code first.msi)" = "{$named}"
says 'the same code twice' test "$(code first.msi)" = "$(code second.msi)"
says 'the year of SOURCE_DATE_EPOCH' test "$(created first.msi)" = 2000
says 'the same cabinet twice' cmp --quiet first.cab second.cab
printf '%s' "$seen"
[[ $seen == 'the named code: no
the same code twice: no
the year of SOURCE_DATE_EPOCH: no
the same cabinet twice: yes
' ]] || { echo 'That has changed.' && exit 1; }

# Seen on 2026-11-30:
#   the named code: no
#   the same code twice: no
#   the year of SOURCE_DATE_EPOCH: no
#   the same cabinet twice: yes
