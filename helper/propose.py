"""Places from a table that somebody filled in: proposals, of which nothing is shown before a person has checked it."""

import csv
import datetime
import re
from collections.abc import Iterator
from typing import Any

import yaml

from helper.problem import ContentError, Problem

COLUMNS = ("code", "name", "team", "number", "source1_title", "source1_url", "source1_date")
"""The columns that are read. Others may stand beside them."""
WAYS = {
    "988": "988",
    "line": "line",
    "list": "list",
    "some-counties": "some",
    "none-known": "none",
    "unknown": "unknown",
}
"""What stands in the column `team`, and the `way` that it means."""
TERRITORIES = ("as", "gu", "mp", "pr", "vi")
NUMBER = re.compile(r"\b[0-9]{3}-[0-9]{3}-[0-9]{4}\b")
LIFE = datetime.timedelta(90)
"""How long a proposal stands, once somebody has checked it."""


def proposals(text: str, file: str, today: datetime.date) -> Iterator[tuple[str, str]]:
    """The id and the YAML of a place for each row of a table in CSV.

    Its lines are `unchecked`, and pages say that we do not know of a team. Raises ContentError with the problems of all
    rows together.
    """
    rows = csv.DictReader(text.splitlines())
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        hint = f"the columns are {', '.join(COLUMNS)}; others may stand beside them"
        raise ContentError([Problem(file, 1, 1, "table", f"there is no column {', '.join(missing)}", hint)])
    made, problems = [], []
    for row in rows:
        place_id = row["code"].strip().lower()
        if row["team"] not in WAYS:
            message, hint = f'"{row["team"]}" is no way that a team comes', f"write one of {', '.join(WAYS)}"
            problems.append(Problem(file, rows.line_num, 1, "table", message, hint))
        elif not re.fullmatch("[a-z]+(-[a-z0-9]+)*", place_id):
            hint = "write two letters for a state, and CA-LA for a county of it"
            problems.append(Problem(file, rows.line_num, 1, "table", f'"{row["code"]}" is no code', hint))
        else:
            text = yaml.safe_dump(_place(place_id, row, today), sort_keys=False, allow_unicode=True)
            made.append((place_id, f"# To check: the table says that a team comes by way: {WAYS[row['team']]}\n{text}"))
    if problems:
        raise ContentError(problems)
    yield from made


def _place(place_id: str, row: dict[str, str], today: datetime.date) -> dict[str, Any]:
    dated = re.match(r"[0-9]{4}(-[0-9]{2}){0,2}$", row["source1_date"].strip())
    verified = dated[0] if dated else "undated"
    source = f"{place_id}-team"
    numbers = NUMBER.findall(row["number"])
    lines = {
        f"{place_id}-line-{n}": {"name": f"{row['name']} line {n}", "call": number, "hours": "varies", "source": source}
        | {"verified": verified, "status": "unchecked", "beside": ["211"]}
        for n, number in enumerate(numbers, 1)
    }
    # Pages go on saying that we do not know, until a person has checked it and writes the way of the table here.
    team = {"way": "unknown", "source": source, "verified": verified, "expires": str(today + LIFE)}
    origin = {"title": row["source1_title"], "url": row["source1_url"] or None, "checked": str(today)}
    return {
        "name": row["name"],
        "kind": "county" if "-" in place_id else "territory" if place_id in TERRITORIES else "state",
        **({"parents": [place_id.partition("-")[0]]} if "-" in place_id else {}),
        "team": [team],
        **({"contacts": lines} if lines else {}),
        "sources": {source: {key: value for key, value in origin.items() if value}},
    }
