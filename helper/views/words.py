"""What is said: lines with their variants, and the topics that a dispatcher asks about."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat

from markupsafe import Markup, escape

from helper import texting
from helper.answers import fact_name
from helper.model.fields import BLANK
from helper.model.tree import Line, Option, Step, Topic, Tree, Variant, When
from helper.site import Site

Way = Callable[[str], str | None]
"""What a text to 911 makes of a line."""


@dataclass(frozen=True)
class WordsView:
    """Words to say, their blanks marked."""

    words: Markup
    original: Markup | None
    """The same in English, for who hears or reads it, where the page is in another language."""
    sent: str | None
    """What of it a text to 911 says."""


@dataclass(frozen=True)
class VariantView:
    when: str
    """The condition for the script: what is known, and the options of which one must be true."""
    condition: Markup
    """The same in words, where no script chooses; and with the questions to which they are the answers."""
    case: Markup
    said: WordsView


@dataclass(frozen=True)
class LineView:
    said: WordsView
    instead: tuple[VariantView, ...]


@dataclass(frozen=True)
class OptionView:
    id: str
    tap: str
    line: LineView | None


@dataclass(frozen=True)
class TopicView:
    id: str
    ask: str
    choose: str
    options: tuple[OptionView, ...]
    lines: tuple[LineView, ...]


@dataclass(frozen=True)
class OtherWords:
    """The variants of all lines to say first that have one case, each with the numbers of its line and its own."""

    case: Markup
    when: str
    lines: tuple[tuple[str, WordsView], ...]


@dataclass(frozen=True)
class Speaker:
    """Who makes the words of a tree. With `sends`, also what a text to 911 says of them."""

    site: Site
    tree_id: str
    sends: bool = False

    def first(self, step: Step, written: Step) -> tuple[LineView, ...]:
        """The lines to say first. A text to 911 has the first of them, which is the place, at its end."""
        ways = (texting.place, *repeat(texting.sent, len(step.first)))
        return tuple(map(self._line, step.first, written.first, ways))

    def lines(self, shown: Iterable[Line], written: Iterable[Line]) -> tuple[LineView, ...]:
        """Lines, as they are `shown` in the language of the pages and `written` in English."""
        return tuple(map(self._line, shown, written, repeat(texting.sent)))

    def topics(self, topic_ids: Iterable[str]) -> tuple[TopicView, ...]:
        """The topics as steps of the tree show them."""
        return tuple(map(self._topic, topic_ids))

    def _topic(self, topic_id: str) -> TopicView:
        shown, written = self.site.shown.topics[topic_id], self.site.content.topics[topic_id]
        options = tuple(map(partial(self._option, written), shown.options, written.options))
        return TopicView(topic_id, shown.ask, shown.choose, options, self.lines(shown.lines, written.lines))

    def _option(self, topic: Topic, shown: Option, written: Option) -> OptionView:
        chosen = partial(texting.chosen, topic, written)
        return OptionView(shown.id, shown.tap, self._line(shown, written, chosen) if written.line else None)

    def _line(self, shown: Line | Option, written: Line | Option, way: Way) -> LineView:
        variants = (self._variant(*pair, way) for pair in zip(shown.instead, written.instead, strict=True))
        return LineView(self._words(shown.line or "", written.line or "", way), tuple(variants))

    def _variant(self, shown: Variant, written: Variant, way: Way) -> VariantView:
        topics = self.site.content.topics
        when = "&".join(f"{fact_name(key, self.tree_id, topics)}={'|'.join(of)}" for key, of in written.when.items())
        guide = self.site.shown.trees[self.tree_id], self.site.shown.topics, written.when
        return VariantView(
            when, condition_words(*guide), case_words(*guide), self._words(shown.line, written.line, way)
        )

    def _words(self, shown: str, written: str, way: Way) -> WordsView:
        original = None if shown == written else _marked(BLANK.sub(_hint, written))
        return WordsView(_marked(shown), original, way(written) if self.sends else None)


def _hint(blank: re.Match[str]) -> str:
    """A blank in the line below that in the language of the page, which has told already what goes there."""
    return blank[0] if " / " in blank[0] else "(…)"


def _marked(line: str) -> Markup:
    return Markup(BLANK.sub(lambda blank: f'<span class="blank">{blank[0]}</span>', escape(line)))


def condition_words(tree: Tree, topics: Mapping[str, Topic], when: When) -> Markup:
    """A condition of a tree in the words of its options and choices."""
    return Markup(", ").join(Markup(" / ").join(_names(tree, topics, key, wanted)) for key, wanted in when.items())


def case_words(tree: Tree, topics: Mapping[str, Topic], when: When) -> Markup:
    """A condition of a tree in the words of its questions and their answers."""
    questions = {key: topics[key].ask if key in topics else tree.steps[key].title for key in when}
    return Markup("; ").join(
        Markup("{} {}").format(questions[key], Markup(" / ").join(_names(tree, topics, key, wanted)))
        for key, wanted in when.items()
    )


def _names(tree: Tree, topics: Mapping[str, Topic], key: str, wanted: Sequence[str]) -> Iterator[str]:
    if key in topics:
        yield from (option.tap for option in topics[key].options if option.id in wanted)
    elif key in tree.steps:
        yield from (choice.label for choice in tree.steps[key].choices if choice.id and choice.id in wanted)


def other_words(lines: Iterable[LineView]) -> tuple[OtherWords, ...]:
    """The variants of lines, by their case."""
    by_case: dict[tuple[Markup, str], list[tuple[str, WordsView]]] = {}
    for n, line in enumerate(lines):
        for order, variant in enumerate(line.instead):
            by_case.setdefault((variant.case, variant.when), []).append((f"{n}.{order}", variant.said))
    return tuple(OtherWords(*case, tuple(words)) for case, words in by_case.items())
