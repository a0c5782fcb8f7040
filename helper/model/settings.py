"""What an operator decides: the settings of a guide, and of its screens."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    WithJsonSchema,
)

from helper.model.contacts import Time
from helper.model.fields import (
    Id,
    Model,
    Origin,
    PublicAddress,
    ReportAddress,
    Text,
    Truth,
    Voice,
    WebAddress,
    key,
    seconds_from,
)


class Operator(Model):
    """Who runs the website, as its About page tells."""

    name: Text = key("The name of the person or organization.", "North Clinic")
    page: WebAddress | None = key("A page about them.", "https://clinic.example/", default=None)
    contact: ReportAddress | None = key(
        "Where readers report a mistake: a mail address, or a page with a form. Never for emergencies.",
        "guide@clinic.example",
        "https://clinic.example/report",
        default=None,
    )


# WCAG 2.2.1 gives who is slow 20 seconds, at the least, to ask for more time.
Idle = Annotated[int, seconds_from(20), WithJsonSchema({"type": "integer", "minimum": 20})]
Urgent = Annotated[int, seconds_from(180), WithJsonSchema({"type": "integer", "minimum": 180})]


class Kiosk(Model):
    """A screen in a waiting room, that can't call and forgets."""

    place: Id | None = key("The place where the screen stands.", "mn", default=None)
    languages: tuple[Id, ...] = key(
        "The languages on the start screen, in their order. Without it, all that are offered.",
        ["en", "es"],
        default=(),
    )
    guides: tuple[Id, ...] = key(
        "The guides to choose from; the first is where everyone begins. The guides that they lead to come along. "
        "Without it, all.",
        ["crisis", "after"],
        default=(),
    )
    desk: Mapping[Id, Text] = key(
        "What to do when it happens here, in each language of the screen: one line, on every urgent step.",
        {"en": "Tell the person at the desk now.", "es": "Avise ahora a la persona del mostrador."},
        default={},
    )
    desk_hours: Mapping[Id, Text] = key(
        "When someone is at the desk, in each language of the screen.",
        {"en": "Monday to Friday, 8 to 5.", "es": "De lunes a viernes, de 8 a 5."},
        default={},
    )
    desk_phone: Voice | None = key("The number of the desk.", "800-555-0100", default=None)
    idle: Idle = key("Seconds without touch after which the screen asks if someone is there.", 90, default=90)
    warning: Idle = key("Seconds that it waits for an answer before it clears itself.", 30, default=30)
    urgent: Urgent = key("What `idle` is on urgent steps and on outcomes. Never less than `idle`.", 180, default=180)
    night: Time = key("The time of day at which the screen loads anew.", "03:30", default="03:30")


class Settings(Model):
    """What an operator chooses, in helper.yaml."""

    public_address: PublicAddress | None = key(
        "Where people find the guide.", "https://clinic.example/help/", default=None
    )
    trusted_hosts: tuple[Text, ...] = key("Host names that the server answers to.", ["clinic.example"], default=())
    home: Id = key("The tree that the first page shows.", "crisis", default="crisis")
    languages: tuple[Id, ...] = key(
        "The languages that are offered, in their order. Without it, all that the trees are translated to.",
        ["en", "es"],
        default=(),
    )
    places: Text | None = key(
        "A folder of places of one’s own, seen from this file. They join those of the trees.", "places", default=None
    )
    exit: WebAddress = key(
        "The page that the quick exit opens.", "https://www.weather.gov/", default="https://www.weather.gov/"
    )
    frame_ancestors: tuple[Origin, ...] = key(
        "The websites that may show the guide inside a page of their own. Without it, none may.",
        ["https://clinic.example"],
        default=(),
    )
    offline: Truth = key(
        "Whether browsers keep a copy of the guides that were opened. With false they delete it.", False, default=True
    )
    operator: Operator | None = key(
        "Who runs the website. Without it, the About page says that nobody gave a name.",
        {"name": "North Clinic", "page": "https://clinic.example/", "contact": "guide@clinic.example"},
        default=None,
    )
    kiosk: Kiosk = key(
        "A screen in a waiting room: the pages under /kiosk/.",
        {"languages": ["en"], "desk": {"en": "Tell the person at the desk now."}},
        default=Kiosk(),
    )

    @property
    def base(self) -> str:
        """The path that every address begins with: empty, or like /help."""
        return urlsplit(self.public_address or "").path.rstrip("/")

    @property
    def origin(self) -> str | None:
        """What whole addresses begin with: the public address, else the first trusted host. A request never says it."""
        hosts = [host for host in self.trusted_hosts if not host.startswith(".")]  # ".clinic.example" names no host
        public = urlsplit(self.public_address or "").netloc or next(iter(hosts), None)
        return f"https://{public}" if public else None
