"""What browsers keep: guides in one piece, for phones without network and for the memory of screens."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import replace

from markupsafe import escape

from helper import data_dir
from helper.headers import HTML, secure
from helper.model.settings import Settings
from helper.site import COPY_MARK, KIOSK, Site
from helper.views import errors, step
from helper.views.frame import kiosk_frame, web_frame
from helper.walks import choice_keys


def bundle(site: Site, day: datetime.date, tree_id: str, pages: Mapping[str, str]) -> str:
    """A whole guide as JSON: its partials, and the page around them with marks to fill.

    `pages` are others that the offline copy has, by their address.
    """
    tree = site.shown.trees[tree_id]
    start = site.url(tree_id, tree.start)
    starts = [site.url(tree_id), *([site.url()] if tree_id == site.begin else [])]
    if tree_id == site.begin and site.mode != KIOSK and site.language == site.languages[0]:
        starts.append(f"{site.root}/")
    kept = _kept_by_kiosk(site, tree_id) if site.mode == KIOSK else _kept_offline(site, day, tree_id, pages)
    kept |= {
        "steps": {site.url(tree_id, step_id): step.partial(site, day, tree_id, step_id) for step_id in tree.steps},
        "same": dict.fromkeys(starts, start),
        "moved": {site.url(tree_id, old): site.url(tree_id, new) for old, new in tree.moved.items()},
    }
    return _json(kept)


def _kept_offline(site: Site, day: datetime.date, tree_id: str, pages: Mapping[str, str]) -> dict[str, object]:
    """What the offline copy has beside the steps."""
    words = site.words
    frame = web_frame(replace(site, copy=COPY_MARK), "[[title]]", tree_id, (tree_id, "[[step]]"))
    copy = words.gettext("Offline copy of %(day)s.", day=words.day(day))
    old = words.gettext("It is old. Check its numbers when you have network. 911 and 988 stay the same.")
    return {
        "copy": str(escape(copy)),
        "old": str(escape(f"{copy} {old}")),
        "review_by": site.shown.trees[tree_id].review_by.isoformat(),
        "home": site.url(),
        "headers": {**secure(site.settings), "Content-Type": HTML},
        "assets": [frame.css["url"], frame.icon, *(script["url"] for script in frame.scripts)],
        "frame": site.render("frame.html", page=frame),
        "missing": errors.page(site, 503, tree_id),
        "pages": pages,
    }


def _kept_by_kiosk(site: Site, tree_id: str) -> dict[str, object]:
    """What a kiosk holds beside the steps."""
    frame = kiosk_frame(site, "[[title]]", tree_id, (tree_id, "[[step]]"))
    return {
        "version": site.version,
        "lang": site.language,
        "start": site.url(tree_id, site.shown.trees[tree_id].start),
        "frame": site.render("frame.html", page=frame),
    }


def answer_words(site: Site, tree_id: str) -> str:
    """The titles of a guide's steps and the labels of their choices by their keys, as JSON of HTML: pages keep only ids
    of what was answered."""
    return _json(
        {
            step_id: {
                "title": escape(step.title),
                "choices": {
                    key: escape(choice.label)
                    for choice, key in zip(step.choices, choice_keys(tree_id, step), strict=True)
                },
            }
            for step_id, step in site.shown.trees[tree_id].steps.items()
        }
    )


def worker(settings: Settings, copied: bool) -> str:
    """The service worker, which keeps the offline copy; or one that deletes it, and itself."""
    name = "sw.js" if copied else "sw-off.js"
    return data_dir("templates").joinpath(name).read_text().replace("[[base]]", settings.base)


def manifest(site: Site) -> str:
    """The web app manifest, by which the guide can be put on a home screen. The short name tells nobody of what.

    It starts in the place where the reader put it there.
    """
    icons = [{"src": site.asset("icon.svg")["url"], "type": "image/svg+xml", "sizes": "any"}]
    icons += [
        {"src": site.asset(f"icon-{size}.png")["url"], "type": "image/png", "sizes": f"{size}x{size}"}
        for size in (192, 512)
    ]
    keys = {
        "name": str(site.home.title),
        "short_name": str(site.words.gettext("Guide")),
        "lang": site.language,
        "start_url": f"{site.root}/",
        "scope": f"{site.settings.base}/",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#0b4b52",
        "icons": icons,
    }
    return json.dumps(keys, ensure_ascii=False, indent=1)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
