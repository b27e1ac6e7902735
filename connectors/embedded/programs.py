"""Programs out of wheels, where the account of a server can run them."""

from __future__ import annotations

import hashlib
import shutil
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from connectors.embedded.account import Account

_CACHE = Path("/var/cache/loonbrug")
"""Only root writes here, and only root needs it: who runs servers as himself reaches his own wheels."""
_READABLE = 0o755
_NOT_RUN = shutil.ignore_patterns("include", "pkgconfig", "*.a", "__pycache__")


def within_reach(root: Path, program: str, account: Account | None, *, needs: Sequence[str]) -> Path:
    """``root``, or a copy of it that ``account`` reaches. In it: ``program``, and what it ``needs`` to run.

    A checkout below the home of root lies behind a closed folder. The copy is named after the program's
    content, so that another version gets another copy. Raises OSError.
    """
    if account is None or _open_to_all(root / program):
        return root
    copy = _CACHE / f"{Path(program).name}-{_digest(root / program)}"
    _make_cache()
    if not copy.exists():
        _copy(root, needs, copy)
    return copy


def _copy(root: Path, parts: Sequence[str], copy: Path) -> None:
    """Copy beside its place and move it there: a half-made one is never used, and who was first wins."""
    with tempfile.TemporaryDirectory(dir=_CACHE, prefix=".") as temporary:
        draft = Path(temporary) / "copy"
        draft.mkdir()
        for part in parts:
            _copy_part(root / part, draft / part)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(_READABLE)
        try:
            draft.rename(copy)
        except OSError:
            if not copy.exists():
                raise


def _copy_part(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, ignore=_NOT_RUN)
    else:
        shutil.copy(source, target)


def _make_cache() -> None:
    """The folder of copies. Raises OSError when somebody but root could put programs in it."""
    if not _CACHE.exists():
        _CACHE.mkdir(parents=True, exist_ok=True)
        _CACHE.chmod(_READABLE)  # whatever the umask is
    found = _CACHE.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise OSError(f"{_CACHE} is not root's alone; remove it")


def _open_to_all(path: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))


def _digest(program: Path) -> str:
    with program.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:16]
