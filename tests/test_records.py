"""Records: what the standard dataclasses do, without their import."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys

import pytest

import ctok
from ctok import records
from ctok.spec import AddedToken, Split, Step

from . import vocabs


def test_a_record_is_made_by_place_or_name_with_its_defaults():
    assert AddedToken("<s>", 3) == AddedToken(id=3, content="<s>", special=True)
    assert Step("nfc").arguments == {}
    assert Step("nfc").arguments is not Step("nfc").arguments
    assert repr(Split("a")) == (
        "Split(pattern='a', behavior='isolated', invert=False, prefix='', of_bytes=False)"
    )
    assert len({AddedToken("<s>", 3), AddedToken("<s>", 3), AddedToken("<s>", 4)}) == 2
    assert Split("a") != Step("a")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((), {"id": 1}),
        (("<s>", 1), {"id": 1}),
        (("<s>", 1), {"surprise": 1}),
        (("<s>",) + (1,) * 8, {}),
    ],
)
def test_fields_are_given_once_and_are_known(values, named):
    with pytest.raises(TypeError, match="AddedToken"):
        AddedToken(*values, **named)


def test_a_record_cannot_be_changed():
    token = AddedToken("<s>", 3)
    with pytest.raises(dataclasses.FrozenInstanceError, match="id cannot be changed"):
        token.id = 4
    with pytest.raises(dataclasses.FrozenInstanceError, match="id cannot be changed"):
        del token.id
    assert token.id == 3


def test_the_standard_functions_take_records():
    token = AddedToken("<s>", 3, lstrip=True)
    assert dataclasses.replace(token, id=4) == AddedToken("<s>", 4, lstrip=True)
    assert dataclasses.asdict(token) == token.__dict__
    assert [f.name for f in dataclasses.fields(ctok.VocabSpec)] == [*vocabs.make_spec().__dict__]
    assert dataclasses.replace(vocabs.make_spec(), name="other").name == "other"


def test_the_standard_functions_take_a_class_below_a_record():
    @records.dataclass(frozen=True)
    class Record:
        number: int
        name: str = "none"

    class Below(Record):
        pass

    assert dataclasses.is_dataclass(Below(1))
    assert dataclasses.replace(Below(1), number=2).number == 2
    assert [field.name for field in dataclasses.fields(Record)] == ["number", "name"]


def test_records_are_copied_and_pickled():
    step = Step("strip", {"left": True})
    assert pickle.loads(pickle.dumps(step)) == step
    assert copy.deepcopy(step) == step
    assert copy.deepcopy(step) is not step


def test_loading_and_encoding_import_little():
    code = (
        "import sys, numpy; before = set(sys.modules)\n"
        "import ctok; ctok.get_encoding('gpt2').encode('x')\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "ctok.vocab" in loaded
    heavy = {"dataclasses", "inspect", "hashlib", "zlib", "unicodedata", "numpy.typing", "regex"}
    assert not loaded & heavy
    assert not loaded & {"ctok.normalize", "ctok.front", "ctok.saved"}
