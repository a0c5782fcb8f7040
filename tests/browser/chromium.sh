# Finds Chromium, or installs it with the system's package manager. Ends with 1 and says so where neither works.
# With it comes zbarimg, which reads QR codes as a phone does; its tests are skipped where it can't be had.
as=""
[ "$(id -u)" = 0 ] || as="sudo -n"
export DEBIAN_FRONTEND=noninteractive
if command -v apt-get >/dev/null && ! command -v zbarimg >/dev/null; then
    { $as apt-get update -qq && $as apt-get install -y -qq zbar-tools; } >/dev/null 2>&1 ||
        echo "zbarimg (package zbar-tools) is missing: no test will read a QR code." >&2
fi
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
if command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests …"
    $as apt-get update -qq && $as apt-get install -y -qq chromium >/dev/null && exit 0
fi
echo "Chromium is missing and could not be installed, so the browser tests would prove nothing." >&2
echo "Install the package chromium, then run this again." >&2
exit 1
