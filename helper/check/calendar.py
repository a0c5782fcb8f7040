"""Rules of the calendar: what was right and is no longer, because days went by.

They alone are told the day, and they only warn. So no day that passes keeps a guide from its readers, and no clock that
is wrong does.
"""

import datetime
from collections.abc import Iterator

from helper.check.context import CalendarRule, Context
from helper.check.refs import Finding
from helper.check.stories import shown, stories, walked
from helper.loading.document import Document
from helper.model.fields import Path_

SOON = datetime.timedelta(30)
"""How long before a day we begin to tell."""
SOURCE_LIFE = datetime.timedelta(365)
"""How long a source counts as read."""
_CHECK_AGAIN = "check it at its source, then set verified and expires"


def expired_contact(context: Context, today: datetime.date) -> Iterator[Finding]:
    """Warning: a contact, or a note or a team of a place, is past its date, so pages do not show it.

    Wrong:

        expires: 2020-02-29

    Right:

        expires: 2999-12-31
    """
    for document, path, name, day in _last_days(context):
        if day < today:
            yield Finding(document, (*path, "expires"), f"{name} was last shown on {day}", _CHECK_AGAIN)


def contact_due(context: Context, today: datetime.date) -> Iterator[Finding]:
    """Warning: a contact, or a note or a team of a place, expires in the next 30 days.

    Wrong:

        expires: 2026-12-01  # when today is 2026-11-23

    Right:

        expires: 2027-11-23
    """
    for document, path, name, day in _last_days(context):
        if today <= day < today + SOON:
            yield Finding(document, (*path, "expires"), f"{name} is last shown on {day}", _CHECK_AGAIN)


def _last_days(context: Context) -> Iterator[tuple[Document, Path_, str, datetime.date]]:
    """What is no longer shown after a day: its file, its path there, its name and the day."""
    for document, path, contact_id, contact in context.contacts():
        if contact.expires:
            yield document, path, f'"{contact_id}"', contact.expires
    for _, document, path, note in context.notes():
        yield document, path, "this note", note.expires
    for document, path, team in context.teams():
        yield document, path, "this answer", team.expires


def source_due(context: Context, today: datetime.date) -> Iterator[Finding]:
    """Warning: a source was last read a year ago, or will have been in 30 days. It may say something else by now.

    Wrong:

        checked: 2025-11-23  # when today is 2026-11-23

    Right:

        checked: 2026-11-23
    """
    for document, path, source_id, source in context.sources():
        if source.checked < today + SOON - SOURCE_LIFE:
            due = "a year ago or more" if source.checked <= today - SOURCE_LIFE else "nearly a year ago"
            message = f'"{source_id}" was last read {due}, on {source.checked}'
            hint = "read it again, then set checked"
            yield Finding(document, (*path, "checked"), message, hint)


def review_due(context: Context, today: datetime.date) -> Iterator[Finding]:
    """Warning: the day by which a tree must be read again is past, or is one of the next 30.

    Wrong:

        review_by: 2026-12-01  # when today is 2026-11-23

    Right:

        review_by: 2027-05-23
    """
    for tree_id, tree in context.content.trees.items():
        if tree.review_by < today + SOON:
            was = "was" if tree.review_by < today else "is"
            message = f"this tree {was} to be read again by {tree.review_by}"
            hint = "have it read, then set edited and review_by"
            yield Finding(context.loaded.trees[tree_id], ("review_by",), message, hint)


def expired_in_story(context: Context, today: datetime.date) -> Iterator[Finding]:
    """Warning: a story ends where a contact stood when the tree was edited, and stands no longer: it is past its date.

    Readers who walk like this one find one line fewer there.

    Wrong:

        # contacts.yaml has `expires: 2026-11-22` for the clinic, and today is 2026-11-23
        edited: 2026-11-01
        tests:
          - {name: It is not urgent, take: ["No"], reach: plan, contacts: [clinic]}

    Right:

        # contacts.yaml has `expires: 2027-11-23` for the clinic
    """
    for tree_id, document, n, story in stories(context):
        walk = walked(context, tree_id, story)
        if not walk or len(walk.taken) < len(story.take):
            continue
        end = walk.ref
        gone = shown(context, end, walk.day) - shown(context, end, today)
        for i, contact in enumerate(story.contacts):
            if contact in gone:
                last = context.content.contacts[contact].expires
                message = (
                    f'"{end.step_id}", where this story ends, no longer shows "{contact}": its last day was {last}'
                )
                yield Finding(document, ("tests", n, "contacts", i), message, _CHECK_AGAIN)


CALENDAR_RULES: tuple[CalendarRule, ...] = (expired_contact, contact_due, source_due, review_due, expired_in_story)
