"""What is known of a reader's emergency, and which words that makes true. static/step.js does the same on a page, and
tests/walks.json holds both to it."""

from collections.abc import Collection, Mapping

from helper.model.tree import Choice, Line, Option, Step, Topic, When
from helper.walks import Node

QUIET = ("worse", "aside")
"""The kinds of choices that answer nothing about their step. What they set is known all the same."""

Answers = Mapping[Node, Choice]
"""The choices by which steps were left, by step, in the order in which they were taken."""
Facts = Mapping[str, Collection[str]]
"""What is known: for a topic the options that are true, for a step ("tree/step") the choice that was taken there."""


def answered(answers: Answers, taps: Facts, step: Node, choice: Choice) -> tuple[Answers, Facts]:
    """The answers and the taps after a choice.

    The earlier answer to the same step is given up, with all that came after it: also where the choice is a quiet one,
    which answers nothing. Who came back to a question and left it another way may not mean the old answer any more, and
    would read it out, or text it to 911, as true. What a choice sets is known like a tap, until something else is said
    of it: a reader who comes by the same step again is still the one who needs help.
    """
    taken = list(answers)
    before = taken[: taken.index(step)] if step in answers else taken
    kept = {node: answers[node] for node in before}
    known_before = {topic: options for topic, options in taps.items() if topic != step[1] or choice.kind in QUIET}
    return (
        kept if choice.kind in QUIET else {**kept, step: choice},
        {**known_before, **{topic: (option,) for topic, option in choice.sets.items()}},
    )


def sets(step_id: str, choice: Choice, topics: Mapping[str, Topic]) -> Mapping[str, str]:
    """What a choice of a step makes known of topics. At a step that is called like a topic, its id is an option."""
    named = {step_id: choice.id} if choice.id and step_id in topics and choice.kind not in QUIET else {}
    return {**named, **choice.sets}


def known(answers: Answers, taps: Facts, topics: Mapping[str, Topic]) -> Facts:
    """What is known after answers and taps: a tap counts more than an answer."""
    facts: dict[str, Collection[str]] = {}
    for (tree_id, step_id), choice in answers.items():
        if choice.id:
            facts[f"{tree_id}/{step_id}"] = (choice.id,)
            if step_id in topics:
                facts[step_id] = (choice.id,)
    return {**facts, **taps}


def holds(when: When, tree_id: str, facts: Facts, topics: Mapping[str, Topic]) -> bool:
    """Whether all of a condition of a tree is known to be true."""
    return all(
        any(option in facts.get(fact_name(key, tree_id, topics), ()) for option in wanted)
        for key, wanted in when.items()
    )


def fact_name(key: str, tree_id: str, topics: Mapping[str, Topic]) -> str:
    """Under what name a key of a condition of a tree is known: a topic in all trees, a step with its tree."""
    return key if key in topics else f"{tree_id}/{key}"


def words(line: Line | Option, tree_id: str, facts: Facts, topics: Mapping[str, Topic]) -> str | None:
    """What is said: the first variant that is known to be true, else the line. None for an option that says nothing."""
    true = (variant.line for variant in line.instead if holds(variant.when, tree_id, facts, topics))
    return next(true, line.line)


def switch(step: Step, topics: Mapping[str, Topic]) -> str | None:
    """The topic without words of its own that chooses between the lines to say first, as a row of buttons. Where the
    phone lies down a step has none, and a row of buttons that mostly do nothing is none."""
    used: dict[str, set[str]] = {}
    for variant in (variant for line in step.first for variant in line.instead):
        for key, options in variant.when.items():
            used.setdefault(key, set()).update(options)
    switches = {key: topics[key] for key in used if key in topics and topics[key].switch and step.phone != "down"}
    return next((key for key, topic in switches.items() if 2 * len(used[key]) >= len(topic.options)), None)


def topics_of(step: Step, topics: Mapping[str, Topic]) -> list[str]:
    """The topics of which a reader of a step meets words: those that it asks, those of which the answer is said again,
    and those that choose one of its lines."""
    named = [topic for topic in (*step.asked, *step.picked) if topic in topics]
    lines: list[Line | Option] = [*step.first, *step.say]
    for topic in named:
        lines += [*topics[topic].options, *topics[topic].lines]
    keys = (key for line in lines for variant in line.instead for key in variant.when)
    return list(dict.fromkeys((*named, *(key for key in keys if key in topics))))
