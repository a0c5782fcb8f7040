# Finds Chromium, or installs it with the system's package manager. Ends with 1 and says so where neither works.
# With it comes what a bare machine may not have: git; libatomic, which Playwright's driver needs; and zbarimg, which
# reads QR codes as a phone does, and whose tests are skipped where it can't be had.
as=""
[ "$(id -u)" = 0 ] || as="sudo -n"
export DEBIAN_FRONTEND=noninteractive
missing=""
command -v git >/dev/null || missing="$missing git"
command -v zbarimg >/dev/null || missing="$missing zbar-tools"
/sbin/ldconfig -p 2>/dev/null | grep -q libatomic.so.1 || missing="$missing libatomic1"
if [ "$missing" ] && command -v apt-get >/dev/null; then
    { $as apt-get update -qq && $as apt-get install -y -qq $missing; } >/dev/null 2>&1 ||
        echo "Could not be installed, so some tests will be skipped or fail:$missing" >&2
fi
# Where its shell is there too, which has no window around the page, the tests take two thirds of the time.
shell=chromium-headless-shell
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null || continue
    if ! command -v $shell >/dev/null && command -v apt-get >/dev/null; then
        { $as apt-get update -qq && $as apt-get install -y -qq $shell; } >/dev/null 2>&1 || true
    fi
    exit 0
done
if command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests …"
    $as apt-get update -qq
    $as apt-get install -y -qq chromium $shell >/dev/null || $as apt-get install -y -qq chromium >/dev/null && exit 0
fi
echo "Chromium is missing and could not be installed, so the browser tests would prove nothing." >&2
echo "Install the package chromium, then run this again." >&2
exit 1
