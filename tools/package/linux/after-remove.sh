#!/bin/sh
# After deb and rpm. The argument is a word of dpkg, or of rpm how many versions are left; an update keeps the profile.
set -e
case "$1" in
  remove | purge | 0) ;;
  *) exit 0 ;;
esac
root=$DPKG_ROOT
profile=$root/etc/apparmor.d/${executable}
if [ -f "$profile" ]; then
  if [ -z "$root" ] && command -v apparmor_parser >/dev/null; then
    apparmor_parser --remove "$profile" || true
  fi
  rm -f "$profile"
fi
if command -v update-mime-database >/dev/null && [ -d "$root/usr/share/mime" ]; then
  update-mime-database "$root/usr/share/mime" || true
fi
if command -v update-desktop-database >/dev/null && [ -d "$root/usr/share/applications" ]; then
  update-desktop-database "$root/usr/share/applications" || true
fi
