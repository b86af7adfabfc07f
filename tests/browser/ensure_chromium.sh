#!/bin/sh
# Makes sure that the browser tests find a Chromium, or says which command brings one.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the browser tests"
  log=$(mktemp)
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-noto-core fonts-noto-color-emoji; } >"$log" 2>&1 && exit 0
  tail -n 5 "$log"
fi
echo "The browser tests need Chromium: run 'sudo apt-get install chromium' (or your system's like) and try again."
exit 1
