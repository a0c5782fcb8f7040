"""Rules of structure: what every tree must keep so that it can be walked at all. Nothing here can be silenced."""

from collections.abc import Collection, Iterator
from pathlib import Path

from helper.check.subject import LIFELINE, At, Found, Subject
from helper.model.fields import Path_
from helper.places import line_of
from helper.problem import nearest
from helper.walks import backwards, question_loop, reached, target

TICKED = "ticked"


def unknown_step(subject: Subject) -> Iterator[Found]:
    """Every id that points to a step is that of a step: `start`, `go`, `moved`, `no_voice` and `abroad`.

    Wrong:

        choices: [{label: "Yes", go: wepon}]

    Right:

        choices: [{label: "Yes", go: weapon}]
    """
    trees = subject.content.trees
    for name, tree in trees.items():
        named: list[tuple[Path_, str | None]] = [
            ((key,), getattr(tree, key)) for key in ("start", "no_voice", "abroad")
        ]
        named += [(("moved", old), new) for old, new in tree.moved.items()]
        for place, step_id in named:
            if step_id and step_id not in tree.steps:
                message = f'there is no step "{step_id}"'
                yield Found(subject.loaded.trees[name], place, message, nearest(step_id, tree.steps))
    for at in subject.steps.values():
        for n, choice in enumerate(at.step.choices):
            tree_id, goal = target(at.tree_id, choice.go)
            path = ("choices", n, "go")
            if tree_id not in trees:
                yield at.found(path, f'there is no tree "{tree_id}"', nearest(tree_id, trees))
            elif goal not in trees[tree_id].steps:
                message = f'there is no step "{goal}"' + (f" in {tree_id}" if tree_id != at.tree_id else "")
                yield at.found(path, message, nearest(goal, trees[tree_id].steps))


def unknown_contact(subject: Subject) -> Iterator[Found]:
    """Every contact that a step names is in contacts.yaml, and so is every one that a line or a note stands beside.

    A note of a place can stand beside a line of that place too.

    Wrong:

        contacts: [998]

    Right:

        contacts: [988]
    """
    known = subject.content.contacts
    for at in subject.steps.values():
        for key in ("contacts", "also"):
            for n, contact in enumerate(getattr(at.step, key)):
                if contact not in known:
                    yield at.found((key, n), f'there is no contact "{contact}"', nearest(contact, known))
    for place_id, place in subject.content.places.items():
        own = {name for one in line_of(subject.content.places, place_id) for name in one.contacts}
        beside: list[tuple[Path_, tuple[str, ...], Collection[str]]] = [
            *((("contacts", name), line.beside, known) for name, line in place.contacts.items()),
            *((("notes", n), note.beside, known.keys() | own) for n, note in enumerate(place.notes)),
        ]
        for path, names, there in beside:
            for n, contact in enumerate(names):
                if contact not in there:
                    message = f'there is no contact "{contact}"'
                    document = subject.loaded.places[place_id]
                    yield Found(document, (*path, "beside", n), message, nearest(contact, there))


def unknown_source(subject: Subject) -> Iterator[Found]:
    """Every source that a step, a contact or a note cites is in sources.yaml, or in a place.

    Wrong:

        sources: [fcc-text]

    Right:

        sources: [fcc-text-911]
    """
    known = subject.content.sources
    for at in subject.steps.values():
        for n, source in enumerate(at.step.sources):
            if source not in known:
                yield at.found(("sources", n), f'there is no source "{source}"', nearest(source, known))
    cited = [(document, path, contact.source) for document, path, _, contact in subject.contacts()]
    cited += [(document, path, note.source) for _, document, path, note in subject.notes()]
    for document, path, source in cited:
        if source not in known:
            yield Found(document, (*path, "source"), f'there is no source "{source}"', nearest(source, known))


def repeated_source(subject: Subject) -> Iterator[Found]:
    """A source stands in one file: in sources.yaml, or in the place that cites it.

    Wrong:

        # sources.yaml and places/north-clinic.yaml both have "sign"
        sources: {sign: {title: The sign at our door, checked: 2026-11-23}}

    Right:

        sources: {north-clinic-sign: {title: The sign at our door, checked: 2026-11-23}}
    """
    seen = dict.fromkeys(subject.loaded.sources.data, subject.loaded.sources.name)
    for place_id, place in subject.content.places.items():
        for name in place.sources:
            document = subject.loaded.places[place_id]
            if name in seen:
                message = f'there is a source "{name}" already, in {Path(seen[name]).name}'
                yield Found(document, ("sources", name), message, "give it another id", key=True)
            seen.setdefault(name, document.name)


def unknown_when(subject: Subject) -> Iterator[Found]:
    """Every `when` asks for a choice id of a step, or for the word ticked of a check, in the same tree.

    Wrong:

        when: {children: yes}

    Right:

        when: {children: ticked}
    """
    checks_of = {
        name: {check.id for step in tree.steps.values() for check in step.checks}
        for name, tree in subject.content.trees.items()
    }
    for at in subject.steps.values():
        checks, steps = checks_of[at.tree_id], at.tree.steps
        for n, line in enumerate(at.step.say):
            for key, wanted in (line.when or {}).items():
                path = ("say", n, "when", key)
                if key in checks:
                    known = [TICKED]
                elif key in steps:
                    known = [choice.id for choice in subject.steps[at.tree_id, key].answers if choice.id]
                else:
                    help = nearest(key, checks | set(steps))
                    yield at.found(path, f'there is no step or check "{key}"', help, key=True)
                    continue
                for i, word in enumerate(wanted):
                    if word not in known:
                        help = nearest(word, known) or f"its answers are {', '.join(known)}"
                        help = help if known else "give the choice that is meant an id"
                        yield at.found((*path, i), f'"{key}" has no answer "{word}"', help)


def when_without_if(subject: Subject) -> Iterator[Found]:
    """A line with `when` has `if`: the words that stand before it when the answer is not known.

    Wrong:

        - {when: {children: ticked}, line: There are children here.}

    Right:

        - {when: {children: ticked}, if: If children are here, line: There are children here.}
    """
    for at in subject.steps.values():
        for n, line in enumerate(at.step.say):
            if line.when and not line.if_:
                help = 'add the condition in words, such as if: "If there is a weapon"'
                yield at.found(("say", n, "line"), 'a line with "when" needs "if"', help)


def repeated_step_key(subject: Subject) -> Iterator[Found]:
    """A name means one thing: a check and a step do not share an id, and a check has the same words everywhere.

    Wrong:

        weapon: {title: "Is there a weapon?", checks: [{id: weapon, label: There is a weapon}]}

    Right:

        weapon: {title: "Is there a weapon?", checks: [{id: weapon-seen, label: There is a weapon}]}
    """
    labels: dict[tuple[str, str], str] = {}
    for at in subject.steps.values():
        for n, check in enumerate(at.step.checks):
            path = ("checks", n)
            if check.id in at.tree.steps:
                message = f'"{check.id}" is a step as well as a check'
                yield at.found((*path, "id"), message, "give the check another id")
            elif (words := labels.setdefault((at.tree_id, check.id), check.label)) != check.label:
                message = f'the check "{check.id}" has other words elsewhere: "{words}"'
                yield at.found((*path, "label"), message, "use the same words")


def duplicate_label(subject: Subject) -> Iterator[Found]:
    """The choices of a step have different labels and different ids.

    Wrong:

        choices: [{label: Next, go: wait}, {label: Next, go: officers}]

    Right:

        choices: [{label: Wait, go: wait}, {label: They are here, go: officers}]
    """
    for at in subject.steps.values():
        for key in ("label", "id"):
            seen: set[str] = set()
            for n, choice in enumerate(at.step.choices):
                value = getattr(choice, key)
                if value and value.casefold() in seen:
                    message = f'this step has the {key} "{value}" already'
                    yield at.found(("choices", n, key), message, "readers must be able to tell them apart")
                seen.add((value or "").casefold())


def unreachable_step(subject: Subject) -> Iterator[Found]:
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
    trees = subject.content.trees
    starts = {(name, step) for name, tree in trees.items() for step in (tree.start, tree.no_voice, tree.abroad) if step}
    found = reached(subject.edges, starts)
    for node, at in subject.steps.items():
        if node not in found:
            yield at.found((), f'no walk leads to the step "{at.step_id}"', "link it or take it out")


def outcome_without_contact(subject: Subject) -> Iterator[Found]:
    """An outcome has a contact that is shown. The step for readers abroad has none: the numbers do not work there.

    Wrong:

        call: {title: Call now, outcome: true, urgency: urgent}

    Right:

        call: {title: Call now, outcome: true, urgency: urgent, contacts: [988]}
    """
    for at in subject.steps.values():
        if at.step.outcome and not _helps(subject, at):
            message = f'the outcome "{at.step_id}" has no contact' + (" that is shown" if at.step.contacts else "")
            help = f"[{LIFELINE}]" if at.tree.urgent else "with ids from contacts.yaml"
            yield at.found((), message, f"add contacts: {help}")


def outcome_without_urgency(subject: Subject) -> Iterator[Found]:
    """An outcome says how urgent it is.

    Wrong:

        call: {title: Call now, outcome: true, contacts: [988]}

    Right:

        call: {title: Call now, outcome: true, contacts: [988], urgency: urgent}
    """
    for at in subject.steps.values():
        if at.step.outcome and not at.step.urgency:
            message = f'the outcome "{at.step_id}" has no urgency'
            yield at.found((), message, "add urgency: emergency, urgent or routine")


def no_outcome(subject: Subject) -> Iterator[Found]:
    """From every step a walk leads to an outcome with a contact.

    Wrong:

        wait: {title: Wait for the team}

    Right:

        wait: {title: Wait for the team, choices: [{label: They are late, go: call-988}]}
    """
    ends = [node for node, at in subject.steps.items() if _helps(subject, at)]
    found = reached(backwards(subject.edges), ends)
    for node, at in subject.steps.items():
        if node not in found:
            end = "it has no choices" if not at.step.choices else "its choices lead to none"
            message = f'no walk from "{at.step_id}" reaches an outcome with a contact: {end}'
            yield at.found((), message, "add a choice that leads to help")


def _helps(subject: Subject, at: At) -> bool:
    """Whether the step is an outcome with help on it. A contact past its date counts: dates never stop a server."""
    found = (subject.content.contacts.get(contact) for contact in at.step.contacts)
    return at.step.outcome and (at.abroad or any(not contact or not contact.status for contact in found))


def question_circle(subject: Subject) -> Iterator[Found]:
    """Questions never lead back to themselves, so that every walk reaches help. Outcomes may lead anywhere.

    Wrong:

        signs: {title: "Is any one of these true?", choices: [{label: Look again, go: danger}]}
        danger: {title: "Is anyone in danger?", choices: [{label: Not sure, go: signs}]}

    Right:

        signs: {title: "Is any one of these true?", choices: [{label: "Yes", go: call-911}]}
        danger: {title: "Is anyone in danger?", choices: [{label: Not sure, go: signs}]}
    """
    if not subject.questions_left and (loop := question_loop(subject.content)):
        way = " → ".join(step for _, step in [*loop, loop[0]])
        help = "make one of them an outcome, or take out a choice"
        yield subject.steps[loop[0]].found((), f"these questions lead in a circle: {way}", help)


def moved_step(subject: Subject) -> Iterator[Found]:
    """A step listed as moved or removed is not there any more.

    Wrong:

        removed: [danger]
        steps: {danger: {title: "Is anyone in danger?"}}

    Right:

        removed: [old-danger]
        steps: {danger: {title: "Is anyone in danger?"}}
    """
    for name, tree in subject.content.trees.items():
        old = [("moved", step) for step in tree.moved] + [("removed", n) for n in range(len(tree.removed))]
        for path, step in zip(old, [*tree.moved, *tree.removed], strict=True):
            if step in tree.steps:
                message = f'"{step}" is listed as gone, but there is such a step'
                yield Found(subject.loaded.trees[name], path, message, "take one of the two out", key=True)


def unknown_place(subject: Subject) -> Iterator[Found]:
    """The place that another one lies in, or that took the place of an old one, is there: it has a file of its own.

    Wrong:

        # there is no places/minesota.yaml
        parent: minesota

    Right:

        parent: minnesota
    """
    places = subject.content.places
    for name, place in places.items():
        if place.parent and place.parent not in places:
            message = f'there is no place "{place.parent}"'
            yield Found(subject.loaded.places[name], ("parent",), message, nearest(place.parent, places))
    for document, listed in subject.loaded.old_places:
        for old, new in listed.moved.items():
            if new not in places:
                yield Found(document, ("moved", old), f'there is no place "{new}"', nearest(new, places))


def moved_place(subject: Subject) -> Iterator[Found]:
    """A place listed in places/moved.yaml as moved or removed is not there any more.

    Wrong:

        # places/lane.yaml is there
        moved: {lane: or-lane}

    Right:

        # places/lane.yaml was renamed to places/or-lane.yaml
        moved: {lane: or-lane}
    """
    for document, listed in subject.loaded.old_places:
        gone = [("moved", place) for place in listed.moved] + [("removed", n) for n in range(len(listed.removed))]
        for path, name in zip(gone, [*listed.moved, *listed.removed], strict=True):
            if name in subject.content.places:
                message = f'"{name}" is listed as gone, but there is such a place'
                yield Found(document, path, message, "take one of the two out", key=True)


def place_circle(subject: Subject) -> Iterator[Found]:
    """No place lies in itself, by way of others either.

    Wrong:

        # places/town.yaml
        parent: county
        # places/county.yaml
        parent: town

    Right:

        # places/town.yaml
        parent: county
        # places/county.yaml
        parent: state
    """
    places = subject.content.places
    for name, place in places.items():
        way = [*line_of(places, name)]
        if way[-1].parent == name:
            names = " → ".join(one.name for one in (*way, place))
            message = f"this place lies in itself: {names}"
            yield Found(subject.loaded.places[name], ("parent",), message, "take one parent out")


def place_over_emergency(subject: Subject) -> Iterator[Found]:
    """No place changes 911, 988 or relay: not under their ids, and not as their line in another language.

    They work everywhere, and every page of every place must show them as they are. A local line stands beside them.

    Wrong:

        contacts:
          "988": {name: Our desk, call: 800-555-0100, beside: ["988"]}

    Right:

        contacts:
          our-desk: {name: Our desk, call: 800-555-0100, beside: ["988"]}
    """
    for place_id, place in subject.content.places.items():
        for name, line in place.contacts.items():
            document, path = subject.loaded.places[place_id], ("contacts", name)
            if name in subject.protected:
                message = f'a place can\'t change "{name}"'
                yield Found(document, path, message, 'give the line another id, and name it in "beside"', key=True)
            elif line.version_of in subject.protected:
                message = f'"{name}" would stand before "{line.version_of}"'
                yield Found(document, (*path, "version_of"), message, 'name it in "beside" instead')


def unasked_when(subject: Subject) -> Iterator[Found]:
    """What a `when` asks about can have happened on the way to its step, or is ticked on the step itself.

    Wrong:

        call-911: {title: Call 911, say: [{when: {team: came}, if: If a team came, line: A team came.}]}

    Right:

        call-911: {title: Call 911, say: [{when: {who: away}, if: If they are away, line: They are at (address).}]}
    """
    for at in subject.steps.values():
        for n, line in enumerate(at.step.say):
            for key in line.when or ():
                asked = subject.asked(at.tree_id, key)
                if asked and not subject.reach.has(asked, at.node):
                    message = f'no walk to "{at.step_id}" passes "{key}"'
                    yield at.found(("say", n, "when", key), message, "ask it on an earlier step", key=True)


def impossible_when(subject: Subject) -> Iterator[Found]:
    """What a `when` asks for can be true all at once, on one walk to its step.

    A line that can never show is a line that its author trusts in and no reader sees.

    Wrong:

        checks:
          - {id: weapon-seen, label: I see a weapon, group: weapon}
          - {id: weapon-none, label: I see no weapon, group: weapon}
        say:
          - {when: {weapon-seen: ticked, weapon-none: ticked}, if: If I looked, line: I looked for a weapon.}

    Right:

        say:
          - {when: {weapon-seen: ticked}, if: If I see a weapon, line: There is a weapon.}
    """
    groups = {
        (at.tree_id, check.id): check.group for at in subject.steps.values() for check in at.step.checks if check.group
    }
    for at in subject.steps.values():
        for n, line in enumerate(at.step.say):
            when = line.when or {}
            path = ("say", n, "when")
            seen: dict[str, str] = {}
            for key in when:
                if group := groups.get((at.tree_id, key)):
                    if group in seen:
                        message = f'"{seen[group]}" and "{key}" are never ticked together: both are of "{group}"'
                        yield at.found((*path, key), message, "make two lines of it", key=True)
                    seen.setdefault(group, key)
            if not all(subject.reach.has(subject.asked(at.tree_id, key), at.node) for key in when):
                continue  # told by unasked_when
            if any(key in at.tree.steps and not subject.has_answer(at, key, when[key]) for key in when):
                continue  # told by unknown_when
            never = next((key for key in when if not subject.passes(at, {key: when[key]})), None)
            if never:
                answers = " or ".join(f'"{word}"' for word in when[never])
                message = f'no walk to "{at.step_id}" answers "{never}" with {answers}'
                yield at.found((*path, never), message, "ask for an answer that leads here", key=True)
            elif not subject.passes(at, when):
                yield at.found(path, f'no walk to "{at.step_id}" makes all of these true', "make two lines of it")


STRUCTURE = (
    unknown_step, unknown_contact, unknown_source, unknown_when, when_without_if, repeated_step_key, duplicate_label,
    unreachable_step, outcome_without_contact, outcome_without_urgency, no_outcome, question_circle, unasked_when,
    impossible_when, moved_step, unknown_place, moved_place, place_circle, place_over_emergency, repeated_source,
)  # fmt: skip
