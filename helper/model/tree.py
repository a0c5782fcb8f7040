"""A tree: steps joined by choices, and the stories that are told of it."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
)

from helper.model.fields import Day, Id, Model, Text, Truth, Untranslated, Urgency, as_line, as_list, key


class Choice(Model):
    """A labelled link from one step to another."""

    label: Text = key("The words on the button.", "I am not sure")
    go: Untranslated = key("The step it leads to, or other-tree/step.", "call-911", "after/first-day")
    id: Id | None = key('A name for this choice, needed when a "when" asks for it.', "with-me", default=None)
    kind: Literal["unsure", "refused", "worse", "aside"] | None = key(
        "unsure: the reader does not know. refused: others said no. worse: what would make it a 911 call, shown as a "
        "warning. aside: a quiet link below the choices.",
        "unsure",
        default=None,
    )
    sets: Mapping[Id, Id] = key(
        "What is known from then on: topics with the option that this answer gives.", {"who": "me"}, default={}
    )
    because: Untranslated | None = key(
        "Why it may lead to a less urgent step, for reviewers.", "The danger is over.", default=None
    )


Wanted = Annotated[tuple[Id, ...], BeforeValidator(as_list, json_schema_input_type=Id | list[Id])]
When = Mapping[Id, Wanted]
"""What must be known: for each topic an option that was chosen, or for a step of the tree the id of a choice that was
taken there. All must hold; a list means any of it."""


class Variant(Model):
    """What stands in place of a line while something is known."""

    when: When = key(
        "Topics with the options chosen, or steps with the choices taken. All must hold; a list means any.",
        {"who": "me"},
        {"hurt": ["hurt", "took"]},
    )
    line: Text = key("The words to say then.", "I am in a mental health crisis.")


class Line(Model):
    """A line to read out loud. In YAML a bare text is a line without variants."""

    line: Text = key("The words to say, with blanks in brackets.", "The emergency is at (address).")
    instead: tuple[Variant, ...] = key(
        "Variants: the first that is known to be true stands in place of the line.",
        [{"when": {"who": "me"}, "line": "I am in a mental health crisis."}],
        default=(),
    )


ToSay = Annotated[Line, BeforeValidator(as_line, json_schema_input_type=Text | Line)]


class Option(Model):
    """One answer to what a dispatcher asks, and the sentence to say for it."""

    id: Id = key("The name by which a `when` asks for it.", "in-reach")
    tap: Text = key("The words on the button. On paper they stand before the sentence.", "In hand, or reaching for it")
    line: Text | None = key(
        "The sentence to say once it is chosen. Options without one only choose other lines.",
        "There is a weapon: (what, where).",
        default=None,
    )
    instead: tuple[Variant, ...] = key(
        "Variants: the first that is known to be true stands in place of the line.",
        [{"when": {"who": "me"}, "line": "There is a weapon at (where). I will not touch it."}],
        default=(),
    )


class Topic(Model):
    """What a dispatcher or an officer asks, and the words to answer. It stands once, in topics.yaml, for all trees."""

    ask: Text = key("The question, in a few words.", "Weapons?")
    choose: Literal["one", "any"] = key(
        "one: an option excludes the others. any: each is true or not by itself.", "any", default="one"
    )
    options: tuple[Option, ...] = key(
        "What can be chosen, in order.",
        [{"id": "none", "tap": "None that I have seen", "line": "I have seen no weapon."}],
        default=(),
    )
    lines: tuple[ToSay, ...] = key(
        "Lines that stand in the topic whatever is chosen.", ["(Who) else is there."], default=()
    )

    @property
    def switch(self) -> bool:
        """Whether it has nothing to say of its own, and only chooses other lines."""
        return not self.lines and not any(option.line for option in self.options)


class More(Model):
    """A block below the help: shown folded, printed open."""

    title: Text = key("What the block is about.", "What they may ask you")
    text: Text = key("Markdown: paragraphs, lists and **bold**.", "- Where are you?\n- Is anyone hurt?")


class Step(Model):
    """One screen."""

    title: Text = key("The heading: a question, or what to do.", "Is anyone in danger right now, including you?")
    text: Text | None = key(
        "One to three short sentences, or a list. Markdown: paragraphs, lists and **bold**.",
        "Say where you are first.",
        default=None,
    )
    why: Text | None = key("Why this is asked, in one sentence.", "911 is for danger that can’t wait.", default=None)
    ask: Text | None = key(
        "The question above the choices, where the title is not one.", "What did they say?", default=None
    )
    urgency: Urgency | None = key("On every outcome, and on any step that raises it.", "urgent", default=None)
    outcome: Truth = key("true where the walk may end.", True, default=False)
    request: Truth = key("true where the reader is told to ask for something.", True, default=False)
    private: Truth = key(
        "true where the danger may sit beside the reader: a kiosk shows the step small, without its QR code.",
        True,
        default=False,
    )
    where: Truth = key(
        "true where a crisis team is spoken of: the step asks where the reader is, and says how a team comes there.",
        True,
        default=False,
    )
    contacts: tuple[Id, ...] = key("Ids from contacts.yaml, as large buttons.", ["988"], default=())
    also: tuple[Id, ...] = key("More contacts, for some readers, shown smaller.", ["988-veterans"], default=())
    phone: Literal["dial", "talk", "down"] | None = key(
        "What the reader's phone is doing. dial: they call now. talk: they are on the call. down: officers are there. "
        "On every emergency outcome.",
        "dial",
        default=None,
    )
    first: tuple[ToSay, ...] = key(
        "What to say first: at most three lines, always in sight.",
        ["The emergency is at (address, town). My number is (number)."],
        default=(),
    )
    picked: tuple[Id, ...] = key(
        "Topics whose chosen sentences stand once more, after the first line.", ["understand"], default=()
    )
    do: tuple[Text, ...] = key("At most three things to do, not to say.", ["Give space. Do not touch."], default=())
    show: Text | None = key(
        "When and how to show the words, beside the button that shows them large.",
        "Can’t hear or talk? Open this, and lay the phone down.",
        default=None,
    )
    asked: tuple[Id, ...] = key(
        "Topics from topics.yaml that may be asked here, in their order.", ["weapon", "hurt"], default=()
    )
    say: tuple[ToSay, ...] = key("Lines to read out loud, in their order.", ["I am at (exact address)."], default=())
    more: tuple[More, ...] = key(
        "Blocks that unfold below the help.", [{"title": "What a team does", "text": "They come to you."}], default=()
    )
    sheet: Literal["card"] | None = key(
        "A sheet to fill in and print, which the step links to. card: the crisis card.", "card", default=None
    )
    choices: tuple[Choice, ...] = key(
        "Where to go from here, in their order.", [{"label": "Yes", "go": "call-911"}], default=()
    )
    sources: tuple[Id, ...] = key("Ids from sources.yaml for the facts of this step.", ["fcc-text-911"], default=())
    silence: Mapping[Id, Untranslated] = key(
        "Rules of helper check that need not hold here, each with the reason, for reviewers.",
        {"many-choices": "Each answer that 911 gives needs its own words."},
        default={},
    )


class Story(Model):
    """A walk in words, and what it must meet. `helper check` takes it as a reader would."""

    name: Untranslated = key("Who walks, and why.", "A mother whose son holds a knife")
    begin: Untranslated | None = key("The first step, when it is not the first of the tree.", "call-911", default=None)
    take: tuple[Untranslated, ...] = key("The labels of the choices taken, in their order.", ["Yes", "I am not sure"])
    tap: Mapping[Id, Wanted] = key(
        "What is chosen in topics, each on the first step of the walk that asks it.", {"weapon": "in-reach"}, default={}
    )
    reach: Untranslated | None = key("The step where the walk must end, or other-tree/step.", "no-cit", default=None)
    passes: tuple[Untranslated, ...] = key("Steps that it must pass.", ["call-911"], default=(), alias="pass")
    contacts: tuple[Id, ...] = key("Contacts that its last step must show.", ["911"], default=())
    first: tuple[Untranslated, ...] = key(
        "Exactly the lines that its last step gives to say first.", ["Please send an ambulance."], default=()
    )
    opens: tuple[Id, ...] = key("Topics that its last step must show open.", ["weapon"], default=())
    says: tuple[Untranslated, ...] = key(
        "Lines that its last step must give to say.", ["There is a weapon: (what, where)."], default=()
    )
    never: tuple[Untranslated, ...] = key(
        "Steps, contacts and lines to say that it must not meet, nor any walk that goes on from its end.",
        ["plan", "warmlines"],
        default=(),
    )


class Review(Model):
    """Who has signed the tree, and when."""

    by: Untranslated = key("The name of the person who signed.", "Dr. A. Example")
    role: Untranslated = key("What makes them fit to review.", "emergency psychiatrist")
    on: Day = key("The day they signed.", "2026-11-23")


class Tree(Model):
    """One guide: steps joined by choices."""

    title: Text = key("The name of the guide.", "What to do in a mental health crisis")
    about: Text | None = key("One sentence for lists of guides.", "Find the right help now.", default=None)
    start: Id = key("The first step.", "danger")
    urgent: Truth = key("true when the safety rules for urgent trees apply.", True, default=False)
    no_voice: Id | None = key("The step for readers who can’t talk or hear.", "cant-talk", default=None)
    abroad: Id | None = key("The step for readers outside the country of the numbers.", "not-in-us", default=None)
    edited: Day = key("When the content last changed.", "2026-11-23")
    review_by: Day = key("When it must be read again.", "2027-05-23")
    reviewed: Review | None = key(
        "Only when a clinician has signed. Until then pages say Draft.",
        {"by": "Dr. A. Example", "role": "psychiatrist", "on": "2026-11-23"},
        default=None,
    )
    moved: Mapping[Id, Id] = key("Old step ids and the steps that took their place.", {"old": "new"}, default={})
    removed: tuple[Id, ...] = key("Old step ids that nothing took the place of.", ["old"], default=())
    steps: Mapping[Id, Step] = key(
        "Every step under its id. Ids are for ever: they stand in links and on paper.",
        {"danger": {"title": "Is anyone in danger?", "choices": [{"label": "Yes", "go": "call-911"}]}},
    )
    tests: tuple[Story, ...] = key(
        "Stories: walks in words, which helper check takes.",
        [{"name": "A weapon is in reach", "take": ["Yes"], "reach": "call-911", "contacts": ["911"]}],
        default=(),
    )
