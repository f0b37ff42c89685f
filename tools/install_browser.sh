#!/usr/bin/env bash
# See to it that Chromium and a Chinese font are there: the browser tests and the
# screenshots need both. Installs Debian's packages where that is possible.
set -euo pipefail

browser() {
  [ -n "${CHROMIUM:-}" ] && [ -x "${CHROMIUM}" ] && return 0
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

chinese_font() {
  command -v fc-list && [ -n "$(fc-list :lang=zh)" ]
}

missing=()
browser >/dev/null || missing+=(chromium)
chinese_font >/dev/null || missing+=(fontconfig fonts-noto-cjk)
[ "${#missing[@]}" -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "The browser tests need Chromium and a Chinese font (${missing[*]}): install them, or set CHROMIUM to the browser's path." >&2
  exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  echo "The browser tests need ${missing[*]}: run 'sudo apt-get install ${missing[*]}' once, then try again." >&2
  exit 1
fi
echo "Installing ${missing[*]} with apt-get ..."
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
