# Installs what only `make proof` needs with the system's package manager: Firefox, WebKit with a screen that nobody
# sees, two text browsers, npm with a screen reader, the reader mode of Firefox and a parser in JavaScript, and faketime,
# which moves the clock of a program. What can't be had is told; its tests fail and say so.
as=""
[ "$(id -u)" = 0 ] || as="sudo -n"
export DEBIAN_FRONTEND=noninteractive
missing=""
for pair in firefox-esr:firefox-esr WebKitWebDriver:webkit2gtk-driver Xvfb:xvfb npm:npm lynx:lynx w3m:w3m faketime:faketime; do
    command -v "${pair%:*}" >/dev/null || missing="$missing ${pair#*:}"
done
if [ -n "$missing" ] && command -v apt-get >/dev/null; then
    echo "Installing$missing for the tests of \`make proof\` …"
    $as apt-get update -qq
    $as apt-get install -y -qq --no-install-recommends $missing >/dev/null && missing=""
fi
[ -z "$missing" ] || echo "Could not install$missing: their tests will fail." >&2
cd "$(dirname "$0")/npm" || exit 1
if command -v npm >/dev/null && ! [ node_modules -nt package-lock.json ]; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch node_modules ||
        echo "npm could not get its packages: their tests will fail." >&2
fi
