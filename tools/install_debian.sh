#!/usr/bin/env bash
# See to it that programs from outside Python are there:
#   install_debian.sh browser       Chromium and a Chinese font, for browser tests and screenshots
#   install_debian.sh synthesizer   FluidSynth, a soundfont and FFmpeg, for rendering the demo
# Installs Debian's packages where that is possible, else says what to do.
set -euo pipefail

have() { command -v "$1" >/dev/null 2>&1; }

missing=()
case "${1:-}" in
  browser)
    purpose="Browser tests and screenshots need"
    { [ -n "${CHROMIUM:-}" ] && have "${CHROMIUM}"; } || have chromium || have chromium-browser ||
      have google-chrome || missing+=(chromium)
    { have fc-list && [ -n "$(fc-list :lang=zh)" ]; } || missing+=(fontconfig fonts-noto-cjk)
    ;;
  synthesizer)
    purpose="Rendering the demo needs"
    have fluidsynth || missing+=(fluidsynth)
    [ -f /usr/share/sounds/sf2/FluidR3_GM.sf2 ] || missing+=(fluid-soundfont-gm)
    have ffmpeg || missing+=(ffmpeg)
    ;;
  *)
    echo "usage: $0 browser|synthesizer" >&2
    exit 2
    ;;
esac
[ "${#missing[@]}" -eq 0 ] && exit 0

as_root=()
if ! have apt-get; then
  echo "${purpose} ${missing[*]} (Debian's names): install them, then try again." >&2
  exit 1
elif [ "$(id -u)" -ne 0 ]; then
  if ! have sudo || ! sudo -n true 2>/dev/null; then
    echo "${purpose} ${missing[*]}: run 'sudo apt-get install ${missing[*]}' once, then try again." >&2
    exit 1
  fi
  as_root=(sudo -n)
fi
echo "Installing ${missing[*]} with apt-get ..."
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
