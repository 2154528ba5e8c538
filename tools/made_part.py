"""The part of a page that is made, between two marks of it."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def replaced(text: str, begin: str, end: str, made: str) -> str:
    head, rest = text.split(begin)
    return head + begin + "\n" + made + "\n" + end + rest.split(end)[1]


def write(page: Path, made: str, sources: str) -> int:
    """Writes the page where it is another one, or with --check only says that it is. Returns the exit status."""
    if made == page.read_text(encoding="utf-8"):
        return 0
    if "--check" in sys.argv[1:]:
        print(f"{page.relative_to(ROOT)} does not agree with {sources}; ./dev gen writes it anew", file=sys.stderr)
        return 1
    page.write_text(made, encoding="utf-8")
    print(f"wrote {page.relative_to(ROOT)}")
    return 0
