"""The project keeps its own house: what is installed, what is locked, and what it says of itself."""

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
INSTALLED = ("model", "experiments", "configs")


def run(command: list[str | Path], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run with a bare environment, so that nothing of this process helps."""
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"} | environment
    return subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, check=False)


# --- the wheel ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: what an earlier build left behind must not slip in."""
    source = tmp_path_factory.mktemp("source")
    for name in INSTALLED:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "."]
    built = run([*command, "--wheel-dir", source / "dist"], source)
    assert built.returncode == 0, built.stderr
    return next((source / "dist").glob("*.whl"))


def test_the_wheel_holds_every_module_and_data_file_and_no_test(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = (path for name in INSTALLED for path in (ROOT / name).rglob("*") if path.is_file())
    expected = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    expected = {re.sub(r"^configs/", "experiments/configs/", name) for name in expected}
    assert sorted(expected - held) == [], (
        "not in the wheel: a package without __init__.py, or data nobody named"
    )
    assert sorted(held - expected) == []


def test_the_wheel_runs_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    installed, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    zipfile.ZipFile(wheel).extractall(installed)
    elsewhere.mkdir()
    code = "import experiments.configs as c, model; print(c.__file__, model.__file__, sep='\\n')"
    found = run([sys.executable, "-c", code], elsewhere, PYTHONPATH=str(installed))
    assert found.stdout.splitlines() == [
        str(installed / "experiments/configs/__init__.py"),
        str(installed / "model/__init__.py"),
    ], found.stderr
    told = run([sys.executable, "-m", "experiments", "--version"], elsewhere, PYTHONPATH=str(installed))
    assert PROJECT["project"]["version"] in told.stdout, told.stderr


def test_a_users_own_model_file_is_named_and_never_run(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("print('the user’s own model ran')", encoding="utf-8")
    hidden = run([sys.executable, "-c", "import experiments"], tmp_path, PYTHONPATH=str(ROOT))
    assert hidden.returncode != 0
    assert str(tmp_path / "model.py") in hidden.stderr
    assert "rename" in hidden.stderr
    assert hidden.stdout == ""


# --- the locks ---------------------------------------------------------------------------------------


def locked(name: str) -> list[Requirement]:
    """The pinned requirements of a lock, each with its environment marker."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line.rstrip("\\ ")) for line in lines if re.match(r"[a-z0-9]", line)]


def imported(path: Path) -> set[str]:
    """The top-level names that a module imports, wherever in it."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names: set[str] = set()
    for node in tree:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def version_of(requirement: Requirement) -> str:
    """The one version that a pin allows."""
    return str(requirement.specifier).removeprefix("==")


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        ("requirements.txt", PROJECT["project"]["dependencies"]),
        ("requirements.txt", PROJECT["build-system"]["requires"]),
        ("requirements-dev.txt", PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_the_lock_holds_what_the_project_asks_for(lock: str, asked: list[str]) -> None:
    pins = locked(lock)
    for requirement in map(Requirement, asked):
        same = [pin for pin in pins if canonicalize_name(pin.name) == canonicalize_name(requirement.name)]
        assert same, f"{lock} lacks {requirement.name}: make lock"
        for pin in same:
            assert version_of(pin) in requirement.specifier, f"{lock}: {pin} is not {requirement}: make lock"


def test_what_the_code_imports_is_asked_for() -> None:
    homes = importlib.metadata.packages_distributions()
    asked = {canonicalize_name(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}
    for path in [*(ROOT / "model").rglob("*.py"), *(ROOT / "experiments").rglob("*.py")]:
        if "landscape_builder" in path.parts:
            continue  # runs with the extra `builder`
        for name in imported(path) - set(sys.stdlib_module_names) - set(INSTALLED):
            found = {canonicalize_name(home) for home in homes.get(name, ["nothing installed"])}
            assert found & asked, (
                f"{path.relative_to(ROOT)} imports {name}, which pyproject.toml does not name"
            )


def test_development_uses_the_versions_of_the_core() -> None:
    assert {str(pin) for pin in locked("requirements.txt")} <= {
        str(pin) for pin in locked("requirements-dev.txt")
    }


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_version_is_pinned_once_and_hashed(lock: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text(encoding="utf-8"))[1:]
    assert len(blocks) == len(locked(lock))
    for block in blocks:
        assert re.match(r"[a-z0-9-]+==[^ ]+ ", block), block
        assert "--hash=sha256:" in block, block
    # The Makefile takes this one block out of the file before it installs the rest.
    assert [pin.name for pin in locked(lock)].count("setuptools") == 1


# --- what the project says of itself -----------------------------------------------------------------


def test_the_version_is_the_same_everywhere() -> None:
    version = PROJECT["project"]["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^version: (.+)$", citation, re.M)[1] == version
    assert re.search(r"^## ([0-9.]+)", changes, re.M)[1] == version
    assert importlib.metadata.version("shanshui") == version


def test_the_licence_is_the_same_everywhere() -> None:
    assert PROJECT["project"]["license"].split(" AND ")[0] == "Apache-2.0"
    assert re.search(r"^license: Apache-2.0$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.M)
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert re.search(r"Apache License\s+Version 2\.0, January 2004", text)
    assert "END OF TERMS AND CONDITIONS" in text
    assert "Apache-2.0" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_package_declares_every_licence_that_its_data_derive_from_and_ships_where_that_is_said() -> None:
    declared, shipped = set(PROJECT["project"]["license"].split(" AND ")), set()
    for pattern in PROJECT["project"]["license-files"]:
        found = {path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern)}
        assert found, f"no file is {pattern}"
        shipped |= found
    sources = [
        *(ROOT / "model/landscapes/data").rglob("SOURCES.md"),
        ROOT / "experiments/figures/fonts/README.md",
    ]
    assert {path.relative_to(ROOT).as_posix() for path in sources} <= shipped
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    named = set(re.findall(r"\b(?:LGPL-[0-9.]+-or-later|BSD-3-Clause|MIT|Apache-2\.0)\b", text))
    assert named == declared


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        pytest.skip("no git checkout")
    # Spelt in halves, so that this file does not accuse itself.
    folder = rb"(?<![\w.:/~-])/(?:" + b"|".join([b"work", b"root", b"tmp", b"home"]) + rb")/"
    registry = b"py" + rb"pi\.org|pythonhosted" + rb"\.org|--(?:extra-)?index-" + rb"url[ =]|find" + b"-links"
    pattern = re.compile(folder + b"|" + registry)
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        found = pattern.search(path.read_bytes()) if path.is_file() else None
        assert found is None, f"{name} names {found[0].decode()}"
