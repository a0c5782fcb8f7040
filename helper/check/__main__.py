"""`python -m helper.check` writes docs/rules.md: the page of every rule, made from its docstring."""

import re
from inspect import cleandoc
from pathlib import Path

from helper.check import GROUPS, severity
from helper.check.context import CalendarRule, Rule, rule_id

RULES_PAGE = Path(__file__).parent.parent.parent / "docs" / "rules.md"
HEAD = """\
# The rules of `helper check`

Made from the docstrings of the rules by `python -m helper.check`: change them there.

An **error** can lead a reader wrong: `helper check` ends with 1, and the guide is not served. A **warning** can wait
until tomorrow. A step can silence a rule of the groups Safety, Calls, Words and Truth, with a reason for
reviewers; `helper check` counts what is silenced:

```yaml
silence: {many-choices: Each answer that 911 gives needs its own words.}
```
"""


def dedent(part: str) -> str:
    """Part of a snippet without the indent of snippets."""
    return re.sub("^    ", "", part, flags=re.M)


def rule_page(rule: Rule | CalendarRule) -> str:
    """The page of a rule: its name, how much it weighs, what it means, what is wrong and what is right."""
    first, *rest = cleandoc(rule.__doc__ or "").removeprefix("Warning: ").split("\n\n")
    parts = [f"### {rule_id(rule)}", f"*{severity(rule)}* · {first[:1].upper()}{first[1:]}"]
    in_snippet = False
    for part in rest:
        if part.startswith("    ") and in_snippet:
            parts[-1] = parts[-1].removesuffix("\n```") + f"\n\n{dedent(part)}\n```"
        elif part.startswith("    "):
            parts.append(f"```yaml\n{dedent(part)}\n```")
        else:
            parts.append(f"**{part}**" if re.fullmatch(r"Wrong:|Right:", part) else part)
        in_snippet = part.startswith("    ")
    return "\n\n".join(parts)


def all_rules() -> str:
    """All of docs/rules.md."""
    parts = [HEAD.rstrip()]
    for name, rules in GROUPS:
        parts += [f"## {name}", *map(rule_page, rules)]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    RULES_PAGE.write_text(all_rules())
