#!/bin/sh
# Makes sure that row 18 of the fault matrix finds a C compiler, or says which command brings one.
works() {
  folder=$(mktemp -d)
  echo '#include <stdio.h>' >"$folder/try.c"
  cc -shared -fPIC -o "$folder/try.so" "$folder/try.c" >/dev/null 2>&1
  found=$?
  rm -rf "$folder"
  return $found
}
works && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing a C compiler for row 18 of the fault matrix"
  log=$(mktemp)
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc libc6-dev; } >"$log" 2>&1
  works && exit 0
  tail -n 5 "$log"
fi
echo "The fault matrix needs a C compiler: run 'sudo apt-get install gcc libc6-dev' (or your system's like) and try again."
exit 1
