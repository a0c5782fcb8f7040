"""Rules of structure: what every tree must keep so that it can be walked at all. Nothing here can be silenced."""

from collections.abc import Collection, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from helper.answers import sets
from helper.check.context import LIFELINE, Context
from helper.check.refs import Condition, Finding, StepRef
from helper.model.fields import Path_
from helper.model.tree import When
from helper.places import line_of
from helper.problem import nearest
from helper.walks import backwards, question_loop, reached, target

OLDEST = 100
"""Ages below it are looked through for gaps."""


def unknown_step(context: Context) -> Iterator[Finding]:
    """Every id that points to a step is that of a step: `start`, `go`, `moved`, `no_voice` and `abroad`.

    Wrong:

        choices: [{label: "Yes", go: wepon}]

    Right:

        choices: [{label: "Yes", go: weapon}]
    """
    trees = context.content.trees
    for name, tree in trees.items():
        pointers: list[tuple[Path_, str | None]] = [
            ((key,), getattr(tree, key)) for key in ("start", "no_voice", "abroad")
        ]
        pointers += [(("moved", old), new) for old, new in tree.moved.items()]
        for path, step_id in pointers:
            if step_id and step_id not in tree.steps:
                message = f'there is no step "{step_id}"'
                yield Finding(context.loaded.trees[name], path, message, nearest(step_id, tree.steps))
    for ref in context.steps.values():
        for n, choice in enumerate(ref.step.choices):
            tree_id, goal = target(ref.tree_id, choice.go)
            path = ("choices", n, "go")
            if tree_id not in trees:
                yield ref.finding(path, f'there is no tree "{tree_id}"', nearest(tree_id, trees))
            elif goal not in trees[tree_id].steps:
                message = f'there is no step "{goal}"' + (f" in {tree_id}" if tree_id != ref.tree_id else "")
                yield ref.finding(path, message, nearest(goal, trees[tree_id].steps))


def unknown_contact(context: Context) -> Iterator[Finding]:
    """Every contact that a step names is in contacts.yaml, and so is every one that a line or a note stands beside.

    A note of a place can stand beside a line of that place too.

    Wrong:

        contacts: [998]

    Right:

        contacts: [988]
    """
    known = context.content.contacts
    for ref in context.steps.values():
        for key in ("contacts", "also"):
            for n, contact in enumerate(getattr(ref.step, key)):
                if contact not in known:
                    yield ref.finding((key, n), f'there is no contact "{contact}"', nearest(contact, known))
    for place_id, place in context.content.places.items():
        local_ids = {name for outer in line_of(context.content.places, place_id) for name in outer.contacts}
        beside: list[tuple[Path_, tuple[str, ...], Collection[str]]] = [
            *((("contacts", name), line.beside, known) for name, line in place.contacts.items()),
            *((("notes", n), note.beside, known.keys() | local_ids) for n, note in enumerate(place.notes)),
        ]
        for path, names, available in beside:
            for n, contact in enumerate(names):
                if contact not in available:
                    message = f'there is no contact "{contact}"'
                    document = context.loaded.places[place_id]
                    yield Finding(document, (*path, "beside", n), message, nearest(contact, available))


def unknown_source(context: Context) -> Iterator[Finding]:
    """Every source that a step, a contact or a note cites is in sources.yaml, or in a place.

    Wrong:

        sources: [fcc-text]

    Right:

        sources: [fcc-text-911]
    """
    known = context.content.sources
    for ref in context.steps.values():
        for n, source in enumerate(ref.step.sources):
            if source not in known:
                yield ref.finding(("sources", n), f'there is no source "{source}"', nearest(source, known))
    cited = [(document, path, contact.source) for document, path, _, contact in context.contacts()]
    cited += [(document, path, note.source) for _, document, path, note in context.notes()]
    cited += [(document, path, team.source) for document, path, team in context.teams()]
    for document, path, source in cited:
        if source not in known:
            yield Finding(document, (*path, "source"), f'there is no source "{source}"', nearest(source, known))


def repeated_source(context: Context) -> Iterator[Finding]:
    """A source stands in one file: in sources.yaml, or in the place that cites it.

    Wrong:

        # sources.yaml and places/north-clinic.yaml both have "sign"
        sources: {sign: {title: The sign at our door, checked: 2026-11-23}}

    Right:

        sources: {north-clinic-sign: {title: The sign at our door, checked: 2026-11-23}}
    """
    seen = dict.fromkeys(context.loaded.sources.data, context.loaded.sources.name)
    for place_id, place in context.content.places.items():
        for name in place.sources:
            document = context.loaded.places[place_id]
            if name in seen:
                message = f'there is a source "{name}" already, in {Path(seen[name]).name}'
                yield Finding(document, ("sources", name), message, "give it another id", key=True)
            seen.setdefault(name, document.name)


def unknown_topic(context: Context) -> Iterator[Finding]:
    """Every topic that a step asks or picks, and that a choice sets, is in topics.yaml.

    Wrong:

        asked: [wepon]

    Right:

        asked: [weapon]
    """
    topics = context.content.topics
    for ref in context.steps.values():
        named: list[tuple[Path_, str]] = [(("asked", n), topic) for n, topic in enumerate(ref.step.asked)]
        named += [(("picked", n), topic) for n, topic in enumerate(ref.step.picked)]
        named += [
            (("choices", n, "sets", topic), topic) for n, one in enumerate(ref.step.choices) for topic in one.sets
        ]
        for path, topic in named:
            if topic not in topics:
                yield ref.finding(path, f'there is no topic "{topic}"', nearest(topic, topics), key=True)


def unknown_option(context: Context) -> Iterator[Finding]:
    """What a choice sets is an option of its topic. At a step that is called like a topic, its id is one too.

    Wrong:

        choices: [{label: I need help myself, go: call-911, sets: {who: myself}}]

    Right:

        choices: [{label: I need help myself, go: call-911, sets: {who: me}}]
    """
    topics = context.content.topics
    for ref in context.steps.values():
        for n, choice in enumerate(ref.step.choices):
            for topic, option in sets(ref.step_id, choice, topics).items():
                options = [one.id for one in topics[topic].options] if topic in topics else [option]
                if option not in options:
                    path = ("sets", topic) if topic in choice.sets else ("id",)
                    hint = nearest(option, options) or f"its options are {', '.join(options) or 'none'}"
                    yield ref.finding(("choices", n, *path), f'the topic "{topic}" has no option "{option}"', hint)


def unknown_when(context: Context) -> Iterator[Finding]:
    """Every `when` asks for an option of a topic, or for the id of an answer of a step in the same tree.

    A `when` in topics.yaml, which is for all trees, asks for topics alone.

    Wrong:

        when: {who: myself}

    Right:

        when: {who: me}
    """
    for condition in context.conditions:
        steps = condition.owner.tree.steps if isinstance(condition.owner, StepRef) else {}
        for key, wanted in condition.when.items():
            path = (*condition.path, key)
            answers = context.knowing.answers_to(condition.tree_id, key)
            if answers is None:
                hint = nearest(key, [*context.content.topics, *steps])
                what = "topic or step" if isinstance(condition.owner, StepRef) else "topic"
                yield condition.owner.finding(path, f'there is no {what} "{key}"', hint, key=True)
                continue
            for n, answer in enumerate(wanted):
                if answer not in answers:
                    hint = nearest(answer, answers) or f"its answers are {', '.join(answers)}"
                    hint = hint if answers else "give the choice or option that is meant an id"
                    yield condition.owner.finding((*path, n), f'"{key}" has no answer "{answer}"', hint)


def duplicate_label(context: Context) -> Iterator[Finding]:
    """The choices of a step have different labels and different ids.

    Wrong:

        choices: [{label: Next, go: wait}, {label: Next, go: officers}]

    Right:

        choices: [{label: Wait, go: wait}, {label: They are here, go: officers}]
    """
    for ref in context.steps.values():
        for key in ("label", "id"):
            seen: set[str] = set()
            for n, choice in enumerate(ref.step.choices):
                value = getattr(choice, key)
                if value and value.casefold() in seen:
                    message = f'this step has the {key} "{value}" already'
                    yield ref.finding(("choices", n, key), message, "readers must be able to tell them apart")
                seen.add((value or "").casefold())


def unreachable_step(context: Context) -> Iterator[Finding]:
    """A walk from the start of some tree, or the link for readers without a voice or abroad, leads to every step.

    Wrong:

        start: danger
        steps:
          danger: {title: "Is anyone in danger?", choices: [{label: "Yes", go: call-911}]}
          signs: {title: "Is any one of these true?", choices: [{label: "Yes", go: call-911}]}

    Right:

        start: danger
        steps:
          danger: {title: "Is anyone in danger?", choices: [{label: "Yes", go: call-911}, {label: Not sure, go: signs}]}
          signs: {title: "Is any one of these true?", choices: [{label: "Yes", go: call-911}]}
    """
    trees = context.content.trees
    starts = {(name, step) for name, tree in trees.items() for step in (tree.start, tree.no_voice, tree.abroad) if step}
    reachable = reached(context.edges, starts)
    for node, ref in context.steps.items():
        if node not in reachable:
            yield ref.finding((), f'no walk leads to the step "{ref.step_id}"', "link it or take it out")


def outcome_without_contact(context: Context) -> Iterator[Finding]:
    """An outcome has a contact that is shown. The step for readers abroad has none: the numbers do not work there.

    Wrong:

        call: {title: Call now, outcome: true, urgency: urgent}

    Right:

        call: {title: Call now, outcome: true, urgency: urgent, contacts: [988]}
    """
    for ref in context.steps.values():
        if ref.step.outcome and not _helps(context, ref):
            message = f'the outcome "{ref.step_id}" has no contact' + (" that is shown" if ref.step.contacts else "")
            hint = f"[{LIFELINE}]" if ref.tree.urgent else "with ids from contacts.yaml"
            yield ref.finding((), message, f"add contacts: {hint}")


def outcome_without_urgency(context: Context) -> Iterator[Finding]:
    """An outcome says how urgent it is.

    Wrong:

        call: {title: Call now, outcome: true, contacts: [988]}

    Right:

        call: {title: Call now, outcome: true, contacts: [988], urgency: urgent}
    """
    for ref in context.steps.values():
        if ref.step.outcome and not ref.step.urgency:
            message = f'the outcome "{ref.step_id}" has no urgency'
            yield ref.finding((), message, "add urgency: emergency, urgent or routine")


def no_outcome(context: Context) -> Iterator[Finding]:
    """From every step a walk leads to an outcome with a contact.

    Wrong:

        wait: {title: Wait for the team}

    Right:

        wait: {title: Wait for the team, choices: [{label: They are late, go: call-988}]}
    """
    ends = [node for node, ref in context.steps.items() if _helps(context, ref)]
    helped = reached(backwards(context.edges), ends)
    for node, ref in context.steps.items():
        if node not in helped:
            end = "it has no choices" if not ref.step.choices else "its choices lead to none"
            message = f'no walk from "{ref.step_id}" reaches an outcome with a contact: {end}'
            yield ref.finding((), message, "add a choice that leads to help")


def _helps(context: Context, ref: StepRef) -> bool:
    """Whether the step is an outcome with help on it. A contact past its date counts: dates never stop a server."""
    contacts = (context.content.contacts.get(contact) for contact in ref.step.contacts)
    return ref.step.outcome and (ref.abroad or any(not contact or not contact.status for contact in contacts))


def question_circle(context: Context) -> Iterator[Finding]:
    """Questions never lead back to themselves, so that every walk reaches help. Outcomes may lead anywhere.

    Wrong:

        signs: {title: "Is any one of these true?", choices: [{label: Look again, go: danger}]}
        danger: {title: "Is anyone in danger?", choices: [{label: Not sure, go: signs}]}

    Right:

        signs: {title: "Is any one of these true?", choices: [{label: "Yes", go: call-911}]}
        danger: {title: "Is anyone in danger?", choices: [{label: Not sure, go: signs}]}
    """
    if not context.questions_left and (loop := question_loop(context.content)):
        circle = " → ".join(step for _, step in [*loop, loop[0]])
        hint = "make one of them an outcome, or take out a choice"
        yield context.steps[loop[0]].finding((), f"these questions lead in a circle: {circle}", hint)


def moved_step(context: Context) -> Iterator[Finding]:
    """A step listed as moved or removed is not there any more.

    Wrong:

        removed: [danger]
        steps: {danger: {title: "Is anyone in danger?"}}

    Right:

        removed: [old-danger]
        steps: {danger: {title: "Is anyone in danger?"}}
    """
    for tree_id, tree in context.content.trees.items():
        paths = [("moved", step_id) for step_id in tree.moved] + [("removed", n) for n in range(len(tree.removed))]
        for path, step_id in zip(paths, [*tree.moved, *tree.removed], strict=True):
            if step_id in tree.steps:
                message = f'"{step_id}" is listed as gone, but there is such a step'
                yield Finding(context.loaded.trees[tree_id], path, message, "take one of the two out", key=True)


def unknown_place(context: Context) -> Iterator[Finding]:
    """The place that another one lies in, or that took the place of an old one, is there: it has a file of its own.

    Wrong:

        # there is no places/minesota.yaml
        parents: [minesota]

    Right:

        parents: [minnesota]
    """
    places = context.content.places
    for place_id, place in places.items():
        for n, parent in enumerate(place.parents):
            if parent not in places:
                message = f'there is no place "{parent}"'
                yield Finding(context.loaded.places[place_id], ("parents", n), message, nearest(parent, places))
    for document, listed in context.loaded.old_places:
        for old, new in listed.moved.items():
            if new not in places:
                yield Finding(document, ("moved", old), f'there is no place "{new}"', nearest(new, places))


def moved_place(context: Context) -> Iterator[Finding]:
    """A place listed in places/moved.yaml as moved or removed is not there any more.

    Wrong:

        # places/lane.yaml is there
        moved: {lane: or-lane}

    Right:

        # places/lane.yaml was renamed to places/or-lane.yaml
        moved: {lane: or-lane}
    """
    for document, listed in context.loaded.old_places:
        paths = [("moved", place) for place in listed.moved] + [("removed", n) for n in range(len(listed.removed))]
        for path, place_id in zip(paths, [*listed.moved, *listed.removed], strict=True):
            if place_id in context.content.places:
                message = f'"{place_id}" is listed as gone, but there is such a place'
                yield Finding(document, path, message, "take one of the two out", key=True)


def place_circle(context: Context) -> Iterator[Finding]:
    """No place lies in itself, by way of others either.

    Wrong:

        # places/town.yaml
        parents: [county]
        # places/county.yaml
        parents: [town]

    Right:

        # places/town.yaml
        parents: [county]
        # places/county.yaml
        parents: [state]
    """
    places = context.content.places
    try:
        TopologicalSorter({place_id: place.parents for place_id, place in places.items()}).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]
        message = f"this place lies in itself: {' → '.join(places[name].name for name in circle)}"
        yield Finding(context.loaded.places[circle[0]], ("parents",), message, "take one parent out")


def place_team(context: Context) -> Iterator[Finding]:
    """Whatever someone's age, a place that tells how a crisis team comes has one answer for them.

    An answer with `way: line` names lines of its file, and no other does.

    Wrong:

        team:
          - {way: "988", max_age: 17, source: state, verified: "2025", expires: 2027-11-23}

    Right:

        team:
          - {way: "988", max_age: 17, source: state, verified: "2025", expires: 2027-11-23}
          - {way: unknown, min_age: 18, source: state, verified: "2025", expires: 2027-11-23}
    """
    for place_id, place in context.content.places.items():
        document = context.loaded.places[place_id]
        for n, team in enumerate(place.team):
            if (team.way == "line") != bool(team.lines):
                hint = "name its contacts in lines:" if team.way == "line" else "take lines: out, or write way: line"
                yield Finding(document, ("team", n, "way"), f"with way {team.way}, lines must name the lines", hint)
            for i, name in enumerate(team.lines):
                if name not in place.contacts:
                    message, hint = f'there is no contact "{name}" in this file', nearest(name, place.contacts)
                    yield Finding(document, ("team", n, "lines", i), message, hint)
        for age in range(OLDEST) if place.team else ():
            answers = sum(team.fits(age) for team in place.team)
            if answers != 1:
                message = f"at the age of {age} there {'is no answer' if not answers else f'are {answers} answers'}"
                yield Finding(document, ("team",), message, "let min_age and max_age meet, without a gap", key=True)
                break


def place_over_emergency(context: Context) -> Iterator[Finding]:
    """No place changes 911, 988 or relay: not under their ids, and not as their line in another language.

    They work everywhere, and every page of every place must show them as they are. A local line stands beside them.

    Wrong:

        contacts:
          "988": {name: Our desk, call: 800-555-0100, beside: ["988"]}

    Right:

        contacts:
          our-desk: {name: Our desk, call: 800-555-0100, beside: ["988"]}
    """
    for place_id, place in context.content.places.items():
        for name, line in place.contacts.items():
            document, path = context.loaded.places[place_id], ("contacts", name)
            if name in context.protected:
                message = f'a place can\'t change "{name}"'
                yield Finding(document, path, message, 'give the line another id, and name it in "beside"', key=True)
            elif line.version_of in context.protected:
                message = f'"{name}" would stand before "{line.version_of}"'
                yield Finding(document, (*path, "version_of"), message, 'name it in "beside" instead')


def unasked_when(context: Context) -> Iterator[Finding]:
    """What a `when` asks for can be known on its step: it was asked on the way there, or can be tapped on the step.

    A topic is known from every step that asks it, from every step that has it as the switch of its first lines, and
    from every choice that sets it, in all trees. What a topics.yaml beside the trees asks for is known on some step
    that asks the topic.

    Wrong:

        call-911: {first: [{line: Send help., instead: [{when: {team: came}, line: A team came.}]}]}

    Right:

        team: {choices: [{label: They came, id: came, go: call-911}]}
        call-911: {first: [{line: Send help., instead: [{when: {team: came}, line: A team came.}]}]}
    """
    for condition in _deciding(context):
        for key in condition.when:
            if context.knowing.answers_to(condition.tree_id, key) is not None and not context.knowing.may_know(
                condition, key
            ):
                asks = "asks" if key in context.content.topics else "passes"
                message = f'no walk to {condition.where} {asks} "{key}"'
                yield condition.owner.finding((*condition.path, key), message, "ask it on an earlier step", key=True)


def impossible_when(context: Context) -> Iterator[Finding]:
    """What a `when` asks for can be true all at once, on one walk to its step.

    A line that can never show is a line that its author trusts in and no reader sees.

    Wrong:

        who: {choices: [{label: Me, id: me, go: what-me}, {label: My child, id: child, go: what}]}
        what-me: {say: [{line: Help., instead: [{when: {who: child}, line: My child needs help.}]}]}

    Right:

        who: {choices: [{label: Me, id: me, go: what-me}, {label: My child, id: child, go: what}]}
        what: {say: [{line: Help., instead: [{when: {who: child}, line: My child needs help.}]}]}
    """
    for condition in _deciding(context):
        owner, path, when, steps = condition
        if not all(context.knowing.may_know(condition, key) for key in when):
            continue  # told by unasked_when
        if any(not {*(context.knowing.answers_to(condition.tree_id, key) or ())} & {*when[key]} for key in when):
            continue  # told by unknown_when

        never = next((key for key in when if not _possible(context, steps, {key: when[key]})), None)
        if never:
            wanted = " or ".join(f'"{answer}"' for answer in when[never])
            message = f'no walk to {condition.where} answers "{never}" with {wanted}'
            yield owner.finding((*path, never), message, "ask for an answer that leads here", key=True)
        elif not _possible(context, steps, when):
            message = f"no walk to {condition.where} makes all of these true"
            yield owner.finding(path, message, "make two lines of it")


def _possible(context: Context, steps: Sequence[StepRef], when: When) -> bool:
    return any(context.knowing.passes(ref, when) for ref in steps)


def _deciding(context: Context) -> Iterator[Condition]:
    """The conditions that choose words on some step. Those of topics that are shared with other guides are not ours."""
    for condition in context.conditions:
        if condition.steps and (isinstance(condition.owner, StepRef) or context.own_topics):
            yield condition


STRUCTURE_RULES = (
    unknown_step, unknown_contact, unknown_source, unknown_topic, unknown_option, unknown_when, duplicate_label,
    unreachable_step, outcome_without_contact, outcome_without_urgency, no_outcome, question_circle, unasked_when,
    impossible_when, moved_step, unknown_place, moved_place, place_circle, place_team,
    place_over_emergency, repeated_source,
)  # fmt: skip
