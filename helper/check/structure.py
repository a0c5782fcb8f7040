"""Rules of structure: what every tree must keep so that it can be walked at all. Nothing here can be silenced."""

from collections.abc import Collection, Iterator
from pathlib import Path

from helper.check.context import LIFELINE, Context, Finding, StepRef
from helper.model.fields import Path_
from helper.places import line_of
from helper.problem import nearest
from helper.walks import backwards, question_loop, reached, target

TICKED = "ticked"


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


def unknown_when(context: Context) -> Iterator[Finding]:
    """Every `when` asks for a choice id of a step, or for the word ticked of a check, in the same tree.

    Wrong:

        when: {children: yes}

    Right:

        when: {children: ticked}
    """
    checks_of = {
        name: {check.id for step in tree.steps.values() for check in step.checks}
        for name, tree in context.content.trees.items()
    }
    for ref in context.steps.values():
        checks, steps = checks_of[ref.tree_id], ref.tree.steps
        for n, line in enumerate(ref.step.say):
            for key, answers in (line.when or {}).items():
                path = ("say", n, "when", key)
                if key in checks:
                    known = [TICKED]
                elif key in steps:
                    known = [choice.id for choice in context.steps[ref.tree_id, key].answers if choice.id]
                else:
                    hint = nearest(key, checks | set(steps))
                    yield ref.finding(path, f'there is no step or check "{key}"', hint, key=True)
                    continue
                for i, answer in enumerate(answers):
                    if answer not in known:
                        hint = nearest(answer, known) or f"its answers are {', '.join(known)}"
                        hint = hint if known else "give the choice that is meant an id"
                        yield ref.finding((*path, i), f'"{key}" has no answer "{answer}"', hint)


def when_without_if(context: Context) -> Iterator[Finding]:
    """A line with `when` has `if`: the words that stand before it when the answer is not known.

    Wrong:

        - {when: {children: ticked}, line: There are children here.}

    Right:

        - {when: {children: ticked}, if: If children are here, line: There are children here.}
    """
    for ref in context.steps.values():
        for n, line in enumerate(ref.step.say):
            if line.when and not line.if_:
                hint = 'add the condition in words, such as if: "If there is a weapon"'
                yield ref.finding(("say", n, "line"), 'a line with "when" needs "if"', hint)


def repeated_step_key(context: Context) -> Iterator[Finding]:
    """A name means one thing: a check and a step do not share an id, and a check has the same words everywhere.

    Wrong:

        weapon: {title: "Is there a weapon?", checks: [{id: weapon, label: There is a weapon}]}

    Right:

        weapon: {title: "Is there a weapon?", checks: [{id: weapon-seen, label: There is a weapon}]}
    """
    labels: dict[tuple[str, str], str] = {}
    for ref in context.steps.values():
        for n, check in enumerate(ref.step.checks):
            path = ("checks", n)
            if check.id in ref.tree.steps:
                message = f'"{check.id}" is a step as well as a check'
                yield ref.finding((*path, "id"), message, "give the check another id")
            elif (label := labels.setdefault((ref.tree_id, check.id), check.label)) != check.label:
                message = f'the check "{check.id}" has other words elsewhere: "{label}"'
                yield ref.finding((*path, "label"), message, "use the same words")


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
        parent: minesota

    Right:

        parent: minnesota
    """
    places = context.content.places
    for place_id, place in places.items():
        if place.parent and place.parent not in places:
            message = f'there is no place "{place.parent}"'
            yield Finding(context.loaded.places[place_id], ("parent",), message, nearest(place.parent, places))
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
        parent: county
        # places/county.yaml
        parent: town

    Right:

        # places/town.yaml
        parent: county
        # places/county.yaml
        parent: state
    """
    places = context.content.places
    for place_id, place in places.items():
        line = [*line_of(places, place_id)]
        if line[-1].parent == place_id:
            names = " → ".join(parent.name for parent in (*line, place))
            message = f"this place lies in itself: {names}"
            yield Finding(context.loaded.places[place_id], ("parent",), message, "take one parent out")


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
    """What a `when` asks about can have happened on the way to its step, or is ticked on the step itself.

    Wrong:

        call-911: {title: Call 911, say: [{when: {team: came}, if: If a team came, line: A team came.}]}

    Right:

        call-911: {title: Call 911, say: [{when: {who: away}, if: If they are away, line: They are at (address).}]}
    """
    for ref in context.steps.values():
        for n, line in enumerate(ref.step.say):
            for key in line.when or ():
                asked = context.asked(ref.tree_id, key)
                if asked and not context.reach.has(asked, ref.node):
                    message = f'no walk to "{ref.step_id}" passes "{key}"'
                    yield ref.finding(("say", n, "when", key), message, "ask it on an earlier step", key=True)


def impossible_when(context: Context) -> Iterator[Finding]:
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
        (ref.tree_id, check.id): check.group
        for ref in context.steps.values()
        for check in ref.step.checks
        if check.group
    }
    for ref in context.steps.values():
        for n, line in enumerate(ref.step.say):
            when = line.when or {}
            path = ("say", n, "when")
            seen: dict[str, str] = {}
            for key in when:
                if group := groups.get((ref.tree_id, key)):
                    if group in seen:
                        message = f'"{seen[group]}" and "{key}" are never ticked together: both are of "{group}"'
                        yield ref.finding((*path, key), message, "make two lines of it", key=True)
                    seen.setdefault(group, key)
            if not all(context.reach.has(context.asked(ref.tree_id, key), ref.node) for key in when):
                continue  # told by unasked_when
            if any(key in ref.tree.steps and not context.has_answer(ref, key, when[key]) for key in when):
                continue  # told by unknown_when
            impossible = next((key for key in when if not context.passes(ref, {key: when[key]})), None)
            if impossible:
                answers = " or ".join(f'"{answer}"' for answer in when[impossible])
                message = f'no walk to "{ref.step_id}" answers "{impossible}" with {answers}'
                yield ref.finding((*path, impossible), message, "ask for an answer that leads here", key=True)
            elif not context.passes(ref, when):
                yield ref.finding(path, f'no walk to "{ref.step_id}" makes all of these true', "make two lines of it")


STRUCTURE_RULES = (
    unknown_step, unknown_contact, unknown_source, unknown_when, when_without_if, repeated_step_key, duplicate_label,
    unreachable_step, outcome_without_contact, outcome_without_urgency, no_outcome, question_circle, unasked_when,
    impossible_when, moved_step, unknown_place, moved_place, place_circle, place_over_emergency, repeated_source,
)  # fmt: skip
