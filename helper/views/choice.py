"""Links from step to step."""

from dataclasses import dataclass

from helper.model.tree import Choice
from helper.site import Site
from helper.walks import target


@dataclass(frozen=True)
class ChoiceView:
    label: str
    key: str
    """What tells it from the other choices of its step: its id, or the step that it leads to."""
    href: str
    partial: str
    sets: str = ""
    """What it makes known of topics, for the script."""


def choice_view(site: Site, tree_id: str, choice: Choice, key: str = "") -> ChoiceView:
    """A choice of a step of the tree."""
    href = site.url(*target(tree_id, choice.go))
    facts = "&".join(f"{topic}={option}" for topic, option in choice.sets.items())
    return ChoiceView(choice.label, key, href, f"{href}step.html", facts)


def step_link(site: Site, tree_id: str, step_id: str) -> ChoiceView:
    """A link to a step, with its title."""
    return choice_view(site, tree_id, Choice(label=site.shown.trees[tree_id].steps[step_id].title, go=step_id))
