"""A run that was stopped, saved and continued is the same run, and a damaged one is refused by name."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.persistence import Damaged
from model.restoration_model import RestorationModel
from model.schedule import Timeline
from tests.small_worlds import small_world
from tests.test_identity import fingerprint
from tests.worlds import world

REPOSITORY = Path(__file__).resolve().parents[1]
ENGINEERED = ("restoration=engineered_first", "funding.mine_fund.supervised=0.3", "people.firm_cash=0.0")


def changing_policy() -> RestorationModel:
    """A model whose forms and levels change in the fourth and eighth year."""
    before, after = world(ENGINEERED), world()
    lines = {
        slot: Timeline((*line.entries, (2028, after.mechanisms[slot].at(2028)), (2032, line.at(2032))))
        for slot, line in before.mechanisms.items()
    }
    return RestorationModel(small_world(), lines, replace(before.settings, years=10, connectivity_every=3))


def test_ten_years_are_five_and_five_from_disk(tmp_path: Path) -> None:
    straight = fingerprint(world(years=10).run())
    first = world(years=10).run(5)
    first.save(tmp_path / "half")
    assert fingerprint(RestorationModel.load(tmp_path / "half").run(5)) == straight
    assert fingerprint(first.run(5)) == straight, "saving disturbed the run that was saved"


@pytest.mark.parametrize("year", range(11))
def test_a_run_may_stop_at_any_year(year: int, tmp_path: Path) -> None:
    """G05, with policies that change on the way, bankrupt firms, and withdrawn projects."""
    stopped = changing_policy().run(year)
    stopped.save(tmp_path / "run")
    continued = RestorationModel.load(tmp_path / "run")
    assert fingerprint(continued) == fingerprint(stopped)
    assert fingerprint(continued.run(10 - year)) == fingerprint(changing_policy().run())


def test_a_run_may_stop_every_year(tmp_path: Path) -> None:
    model = changing_policy()
    for year in range(10):
        model.save(tmp_path / str(year))
        model = RestorationModel.load(tmp_path / str(year)).run(1)
    assert fingerprint(model) == fingerprint(changing_policy().run())


def test_one_history_may_have_several_futures(tmp_path: Path) -> None:
    """A fork: the same shocks meet two policies from the same state, and neither future disturbs the other."""
    past = world(years=10).run(5)
    past.save(tmp_path / "past")
    kept, changed = RestorationModel.load(tmp_path / "past"), RestorationModel.load(tmp_path / "past")
    changed.mechanisms["planning"] = world(["planning=none"]).mechanisms["planning"]
    changed.run(5)
    assert fingerprint(kept.run(5)) == fingerprint(past.run(5)) != fingerprint(changed)
    table = [model.indicators().query("county == 'all' and year <= 2029") for model in (kept, changed)]
    assert table[0].equals(table[1])


def test_ids_and_numbers_come_back_as_they_were(tmp_path: Path) -> None:
    land = small_world()
    names = ["NA", "None", "nan", "007", "1e5", " x ", "福建", "🦀", "=1+1", "a" * 200]
    ids = [*names, *land.ids.to_pylist()[len(names) :]]
    model = world((), replace(land, ids=ids), years=2).run()
    model.save(tmp_path / "run")
    back = RestorationModel.load(tmp_path / "run")
    assert back.habitats.ids.to_pylist() == ids
    np.testing.assert_array_equal(back.habitats.keys, model.habitats.keys)
    for name, table in model.state.tables.items():
        for column, values in table.to_columns().items():
            assert back.state.tables[name].to_columns()[column].dtype == values.dtype
            assert not back.state.tables[name].to_columns()[column].flags.writeable


SCRIPT = """
import sys
from model.restoration_model import RestorationModel
from tests.test_identity import fingerprint
print(fingerprint(RestorationModel.load(sys.argv[1]).run(5)))
"""


def test_another_process_continues_to_the_same_bytes(tmp_path: Path) -> None:
    model = world(years=10).run(5)
    model.save(tmp_path / "run")
    own = {"PYTHONHASHSEED": "7", "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "run"],
        env=os.environ | own,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == fingerprint(model.run(5))


# What cannot be trusted is refused.


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    world(years=1).run().save(folder)
    return folder


def test_a_saved_run_is_not_written_over(saved: Path) -> None:
    before = (saved / "run.json").read_bytes()
    with pytest.raises(FileExistsError, match="holds a saved run already"):
        world(years=0).save(saved)
    assert (saved / "run.json").read_bytes() == before


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".parquet")


def test_every_damaged_file_is_named(saved: Path) -> None:
    """One byte flipped, cut short, empty, gone: each file in turn."""
    for name in _files(saved):
        path = saved / name
        whole = path.read_bytes()
        for damaged in (whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:], whole[: len(whole) // 2], b""):
            path.write_bytes(damaged)
            with pytest.raises(Damaged, match=name):
                RestorationModel.load(saved)
        path.unlink()
        with pytest.raises(Damaged, match=f"{name} is missing"):
            RestorationModel.load(saved)
        path.write_bytes(whole)
    RestorationModel.load(saved)


def test_a_folder_without_its_index_or_with_a_broken_one_is_no_saved_run(saved: Path) -> None:
    index = saved / "run.json"
    whole = index.read_text()
    for text, reason in (
        ("{", "is not JSON"),
        ("[1]", "is not JSON"),
        ("7", "is not JSON"),
        (whole.replace('"format": 1', '"format": 99'), "format 99"),
    ):
        index.write_text(text)
        with pytest.raises(Damaged, match=reason):
            RestorationModel.load(saved)
    index.unlink()
    with pytest.raises(Damaged, match=r"run\.json is missing"):
        RestorationModel.load(saved)


def _resigned(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the index and give it a right checksum, as somebody would who means it."""
    index = json.loads((folder / "run.json").read_text())
    index.pop("checksum")
    change(index)
    digest = hashlib.sha256(json.dumps(index, sort_keys=True).encode()).hexdigest()
    (folder / "run.json").write_text(json.dumps(index | {"checksum": digest}))


def test_a_run_of_another_version_of_the_model_is_refused(saved: Path) -> None:
    _resigned(saved, lambda index: index.update(code_version="0" * 64))
    with pytest.raises(Damaged, match="another version of the model"):
        RestorationModel.load(saved)


def test_a_changed_index_is_refused(saved: Path) -> None:
    """What the index says (a parameter, the seed, an account's name) is as much part of the run as its tables."""
    text = (saved / "run.json").read_text()
    changed = text.replace('"seed": 1', '"seed": 2')
    assert changed != text
    (saved / "run.json").write_text(changed)
    with pytest.raises(Damaged, match=r"run\.json was changed"):
        RestorationModel.load(saved)


def test_a_saved_run_can_name_data_but_no_code(saved: Path) -> None:
    _resigned(saved, lambda index: index["mechanisms"]["planning"][0].update(form="os.system"))
    with pytest.raises(Damaged, match=r"planning has no form 'os\.system'; it has"):
        RestorationModel.load(saved)


def test_a_run_cut_off_while_saving_is_no_saved_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, written = world(years=1).run(), []
    rename = Path.replace

    def fails_late(path: Path, target: Path) -> Path:
        written.append(target.name)
        if len(written) > 10:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", fails_late)
    with pytest.raises(OSError, match="No space left"):
        model.save(tmp_path / "run")
    monkeypatch.undo()
    with pytest.raises(Damaged, match=r"run\.json is missing"):
        RestorationModel.load(tmp_path / "run")
    model.save(tmp_path / "run")
    assert fingerprint(RestorationModel.load(tmp_path / "run")) == fingerprint(model)
