"""What a machine needs to be a kiosk: the files that make it one, and a look at one that runs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import join
from urllib.parse import urlsplit

from markupsafe import Markup

from helper.interface import interface_for
from helper.site import HEALTH, KIOSK, Site, templates

SERVER_UNIT = "etc/systemd/system/crisis-helper.service"
SCREEN_UNIT = "etc/systemd/system/crisis-helper-screen.service"
USER = "etc/sysusers.d/crisis-helper.conf"
POLICY = "etc/chromium/policies/managed/crisis-helper.json"
WAIT = "usr/local/share/crisis-helper/wait.html"
NUMBERS_AFTER = 20
"""Seconds after which the wait page shows 911 and 988."""


@dataclass(frozen=True)
class Machine:
    """How a kiosk runs on its machine."""

    python: str
    """The Python that has this program."""
    trees: Path
    settings: Path | None
    base: str
    """The path that addresses begin with: empty, or like /help."""
    port: int
    server: str | None = None
    """The address of a server elsewhere. Without it this machine serves itself."""

    @property
    def start(self) -> str:
        """The address of the start screen."""
        return f"{self._root}/{KIOSK}/"

    @property
    def health(self) -> str:
        """The address that tells whether the server is there."""
        return f"{self._root}/{HEALTH}"

    @property
    def origin(self) -> str:
        """What both begin with."""
        parts = urlsplit(self.start)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def _root(self) -> str:
        return (self.server or f"http://127.0.0.1:{self.port}{self.base}").rstrip("/")

    @property
    def serve(self) -> str:
        """The command that serves the guide to this machine."""
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--trees", str(self.trees)]
        options += ["--settings", str(self.settings)] if self.settings else []
        return join([self.python, "-m", "helper", "serve", *options])

    @property
    def launch(self) -> str:
        """The command that shows the kiosk, in any window manager."""
        return join([self.python, "-m", "helper.kiosk.watchdog", self.start, f"/{WAIT}"])


@dataclass(frozen=True)
class WaitLine:
    """What the wait page says in one language."""

    lang: str
    dir: str
    wait: str
    emergency: str
    crisis: str
    which: str
    again: str


@dataclass(frozen=True)
class WaitView:
    """What wait.html shows."""

    start: str
    health: str
    origin: str
    patience: int
    lines: tuple[WaitLine, ...]


def machine_files(site: Site, machine: Machine) -> Mapping[str, str]:
    """The text of every file that makes this machine a kiosk, by its path below /."""
    units = {} if machine.server else {SERVER_UNIT: server_unit(machine)}
    return units | {
        SCREEN_UNIT: screen_unit(machine),
        USER: 'u kiosk - "The screen in the waiting room" /run/crisis-helper-screen\n',
        POLICY: json.dumps(policy(machine), indent=2) + "\n",
        WAIT: wait_page(site, machine),
    }


def server_unit(machine: Machine) -> str:
    """The unit that serves the guide to this machine and nobody else. It waits for no network."""
    return f"""\
[Unit]
Description=The crisis guide, for this machine only
StartLimitIntervalSec=0

[Service]
ExecStart={_escaped(machine.serve)}
Restart=always
RestartSec=2
# Once a day it begins anew, so that no fault lasts. The screen goes on from memory meanwhile.
RuntimeMaxSec=1d
DynamicUser=yes
IPAddressDeny=any
IPAddressAllow=localhost
NoNewPrivileges=yes
ProtectHome=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX

[Install]
WantedBy=multi-user.target
"""


def screen_unit(machine: Machine) -> str:
    """The unit that shows the kiosk on the first console, and nothing else. Its files are in memory only."""
    after = "" if machine.server else " crisis-helper.service"
    return f"""\
[Unit]
Description=The screen in the waiting room
After=systemd-user-sessions.service plymouth-quit-wait.service getty@tty1.service systemd-logind.service{after}
Wants=systemd-logind.service
Conflicts=getty@tty1.service
StartLimitIntervalSec=0

[Service]
# Without -s nobody can switch to another console.
ExecStart=/usr/bin/cage -d -- {_escaped(machine.launch)}
Restart=always
RestartSec=2
User=kiosk
# A session with a screen of its own.
PAMName=login
TTYPath=/dev/tty1
TTYReset=yes
TTYVHangup=yes
TTYVTDisallocate=yes
StandardInput=tty-fail
StandardOutput=journal
UtmpIdentifier=tty1
UtmpMode=user
# In memory, and emptied at every start.
RuntimeDirectory=crisis-helper-screen
WorkingDirectory=%t/crisis-helper-screen
Environment=HOME=%t/crisis-helper-screen TMPDIR=%t/crisis-helper-screen

[Install]
WantedBy=multi-user.target
"""


def _escaped(command: str) -> str:
    """A command as a unit wants it."""
    return command.replace("%", "%%").replace("$", "$$")


def policy(machine: Machine) -> Mapping[str, object]:
    """What the browser must not do, whoever touches it."""
    off = (
        # nothing is kept
        "PasswordManagerEnabled",
        "AutofillAddressEnabled",
        "AutofillCreditCardEnabled",
        "ImportBookmarks",
        "EditBookmarksEnabled",
        "BookmarkBarEnabled",
        "PaymentMethodQueryEnabled",
        # no way out
        "AllowFileSelectionDialogs",
        "PrintingEnabled",
        "AllowDinosaurEasterEgg",
        "BrowserAddPersonEnabled",
        "BrowserGuestModeEnabled",
        "DefaultSearchProviderEnabled",
        "DesktopSharingHubEnabled",
        "EnableMediaRouter",
        "LensRegionSearchEnabled",
        "TaskManagerEndProcessEnabled",
        "TranslateEnabled",
        "UserFeedbackAllowed",
        # no page is sent, seen or heard
        "AudioCaptureAllowed",
        "VideoCaptureAllowed",
        "ScreenCaptureAllowed",
        "MetricsReportingEnabled",
        "SearchSuggestEnabled",
        "SpellCheckServiceEnabled",
        "AlternateErrorPagesEnabled",
        "AllowBackForwardCacheForCacheControlNoStorePageEnabled",
        "BackgroundModeEnabled",
        # nothing comes between
        "ComponentUpdatesEnabled",
        "DefaultBrowserSettingEnabled",
        "PromotionsEnabled",
        "FeedbackSurveysEnabled",
    )
    nowhere = ("*", "file://*", "chrome://*", "view-source:*", "javascript://*", "data:*")
    return {
        "URLBlocklist": nowhere,
        "URLAllowlist": (machine.start, Path(f"/{WAIT}").as_uri()),
        "IncognitoModeAvailability": 2,  # nothing else
        "DeveloperToolsAvailability": 2,  # none
        "DownloadRestrictions": 3,  # all are blocked
        "BrowserSignin": 0,  # none
        "SyncDisabled": True,
        "SavingBrowserHistoryDisabled": True,
        "ExtensionInstallBlocklist": ("*",),
        "NetworkPredictionOptions": 2,  # no page is fetched ahead
        "GenAiDefaultSettings": 2,  # off
        "DefaultPopupsSetting": 2,  # blocked, like all that follow
        "DefaultNotificationsSetting": 2,
        "DefaultGeolocationSetting": 2,
        "DefaultSensorsSetting": 2,
        "DefaultWebBluetoothGuardSetting": 2,
        "DefaultWebUsbGuardSetting": 2,
        "DefaultWebHidGuardSetting": 2,
        "DefaultSerialGuardSetting": 2,
        "DefaultFileSystemReadGuardSetting": 2,
        "DefaultFileSystemWriteGuardSetting": 2,
        "DefaultClipboardSetting": 2,
        **dict.fromkeys(off, False),
    }


def wait_page(site: Site, machine: Machine) -> str:
    """The page that the browser starts with. It goes on to the kiosk as soon as the server answers."""
    lines = []
    for language in site.kiosk.languages:
        interface = interface_for(language)
        lines.append(
            WaitLine(
                language,
                interface.locale.text_direction,
                interface.gettext("One moment, please."),
                interface.gettext("From a phone, call %(number)s", number=Markup("<b>911</b>")),
                interface.gettext("From a phone, call or text %(number)s", number=Markup("<b>988</b>")),
                interface.gettext("911 is for danger right now. 988 is for any crisis, day and night."),
                interface.gettext("This screen is trying again. You need do nothing."),
            )
        )
    view = WaitView(machine.start, machine.health, machine.origin, NUMBERS_AFTER, tuple(lines))
    return templates().get_template("wait.html").render(view=view)
