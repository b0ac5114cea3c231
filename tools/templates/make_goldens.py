"""Renders templates with Python's jinja2, set up by transformers itself, into the files that the Java tests compare with.

    python tools/templates/make_goldens.py

needs jinja2 and transformers; README.md says with which versions the checked-in files were made.
"""

import datetime
import json
import pathlib
import re

import jinja2
from transformers.utils import chat_template_utils

from cases import GROUPS, VARIABLES
from conversations import CONVERSATIONS, FAMILIES

HERE = pathlib.Path(__file__).parent
RESOURCES = HERE.parents[1] / "model/src/test/resources/template"

NOW = datetime.datetime(2026, 3, 7, 15, 4, 5, 678901)


class FixedClock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


chat_template_utils.datetime = FixedClock


def render(source, variables):
    """What the template makes of the variables: {"expected"}, {"raised"} (its own words) or {"error"} (any other)."""
    try:
        compiled = chat_template_utils._compile_jinja_template(source)
        return {"expected": compiled.render(**variables)}
    except jinja2.exceptions.TemplateError as e:
        if type(e) is jinja2.exceptions.TemplateError:
            return {"raised": e.message}
        return {"error": True}
    except Exception:  # Python's own, which only Jinja's generated code lets through
        return {"error": True}


def constructs():
    cases = []
    for group, templates in GROUPS.items():
        for source in templates:
            outcome = render(source, VARIABLES)
            if re.search(" at 0x[0-9a-f]+>", outcome.get("expected", "")):
                raise ValueError(f"prints an address: {source}")
            cases.append({"group": group, "template": source, **outcome})
    return {"variables": VARIABLES, "cases": cases}


def families():
    templates, cases = {}, []
    for name, common in FAMILIES.items():
        templates[name] = (HERE / "families" / f"{name}.jinja").read_text(encoding="utf-8")
        for conversation, variables in CONVERSATIONS.items():
            outcome = render(templates[name], {**common["variables"], **variables})
            cases.append({"template": name, "conversation": conversation, **outcome})
        if not any("expected" in case for case in cases if case["template"] == name):
            raise ValueError(f"{name} renders nothing at all")
    return {
        "templates": templates,
        "variables": {name: common["variables"] for name, common in FAMILIES.items()},
        "conversations": CONVERSATIONS,
        "cases": cases,
    }


def write(name, goldens):
    RESOURCES.mkdir(parents=True, exist_ok=True)
    text = json.dumps(goldens, ensure_ascii=True, indent=1)
    (RESOURCES / name).write_text(text + "\n", encoding="utf-8")
    outcomes = [next(k for k in ("expected", "raised", "error") if k in case) for case in goldens["cases"]]
    print(name, len(outcomes), {kind: outcomes.count(kind) for kind in sorted(set(outcomes))})


if __name__ == "__main__":
    write("constructs.json", constructs())
    write("families.json", families())
