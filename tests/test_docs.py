"""The recipes of docs/use.md run."""

import re

import pytest

from . import tree


@tree.needs("docs/use.md")
def test_the_recipes_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = tree.ROOT / "docs" / "use.md"
    text = page.read_text("utf-8")
    names: dict[str, object] = {}
    blocks = list(re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    assert len(blocks) == 6
    for block in blocks:
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block[1], str(page), "exec"), names)


@tree.needs("docs/use.md")
@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/use.md", "docs/train.md"])
def test_links_lead_to_files(page):
    path = tree.ROOT / page
    for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
        assert (path.parent / link).exists(), link
