#!/bin/sh
# After deb and rpm. DPKG_ROOT is set where the package is put into another root than that of the running system.
set -e
root=$DPKG_ROOT
app=$root/opt/${sanitizedProductName}

# The helper of the sandbox needs its rights only where the kernel gives no user namespaces to ordinary users.
namespaces=$(cat /proc/sys/kernel/unprivileged_userns_clone 2>/dev/null || echo 1)
if [ "$namespaces" != 0 ] && [ -L /proc/self/ns/user ] && unshare --user true 2>/dev/null; then
  chmod 0755 "$app/chrome-sandbox"
else
  chmod 4755 "$app/chrome-sandbox"
fi

if command -v update-mime-database >/dev/null; then
  update-mime-database "$root/usr/share/mime" || true
fi
if command -v update-desktop-database >/dev/null; then
  update-desktop-database "$root/usr/share/applications" || true
fi

# Ubuntu 24.04 and later let only a program with a profile make user namespaces. An older AppArmor does not know this kind
# of profile and does not need it.
profile=$app/resources/apparmor-profile
if [ -z "$root" ] && command -v apparmor_parser >/dev/null && apparmor_status --enabled >/dev/null 2>&1; then
  if apparmor_parser --skip-kernel-load --skip-cache "$profile" >/dev/null 2>&1; then
    cp -f "$profile" '/etc/apparmor.d/${executable}'
    apparmor_parser --replace --write-cache --skip-read-cache '/etc/apparmor.d/${executable}' || true
  fi
fi
