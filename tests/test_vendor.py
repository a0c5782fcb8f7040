"""What is vendored is what was measured."""

import base64
import hashlib
import re
from pathlib import Path

from helper import data_dir
from helper.assets import load_assets

VENDOR = data_dir("static") / "vendor"


def test_the_htmx_file_has_the_hash_beside_it_and_in_the_page():
    """The hash of htmx 4.0.1 as published."""
    path = VENDOR / "htmx-4.0.1.min.js"
    found = base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
    assert found == "Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"
    assert Path(f"{path}.sha384").read_text().strip() == found
    assert load_assets(data_dir("static"))[path.name].integrity == f"sha384-{found}"


def test_templates_hold_no_inline_script_or_style():
    """The content security policy would refuse it. Files of their own are never served."""
    for path in data_dir("templates").glob("*.html"):
        found = re.findall(r"<style|\sstyle=|\son\w+=|hx-on|hx-vals=.js:|<script(?![^>]* src=)", path.read_text())
        alone = {"wait.html": ["<style", "<script"]} | dict.fromkeys(
            ("file.html", "review.html", "safety.html"), ["<style"]
        )
        assert found == alone.get(path.name, [])
