"""What the site shows that is kept elsewhere in the repository, and links between all of it.

The pages are written to be read in the repository: their links are paths there. Here those paths
become places in the site, so no text has to be written twice.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent

# Where a file of the repository is in the site; everything under docs/ is where it is.
KEPT_ELSEWHERE = {
    "README.md": "index.md",
    "README.zh-CN.md": "index.zh.md",
    "benchmarks/RESULTS.md": "benchmarks.md",
    "benchmarks/results.svg": "results.svg",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "LICENSE": "license.md",
}
EXAMPLES = "examples.md"

LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)")


def on_files(files: Files, config: Any) -> Files:
    """Adds what is kept elsewhere, and one page with all examples."""
    for source, place in KEPT_ELSEWHERE.items():
        files.append(File.generated(config, place, abs_src_path=str(ROOT / source)))
    files.append(File.generated(config, EXAMPLES, content="\n".join(_examples())))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Turns links into the repository into links into the site."""
    here = page.file.src_uri
    sources = {place: source for source, place in KEPT_ELSEWHERE.items()}
    folder = posixpath.dirname(sources.get(here, f"docs/{here}"))

    def moved(link: re.Match[str]) -> str:
        source = posixpath.normpath(posixpath.join(folder, link[1]))
        path, mark, heading = _place(source).partition("#")
        return posixpath.relpath(path, posixpath.dirname(here) or ".") + mark + heading

    return LINK.sub(moved, markdown)


def _place(source: str) -> str:
    """Where a file of the repository is in the site."""
    if source == "examples":
        return EXAMPLES
    if source.startswith("examples/"):
        return f"{EXAMPLES}#{posixpath.basename(source).replace('.', '')}"
    return KEPT_ELSEWHERE.get(source, source.removeprefix("docs/"))


def _examples() -> Iterator[str]:
    yield "# Examples\n\nWhole programs, each of which the tests run and talk to.\n"
    for example in sorted((ROOT / "examples").glob("[!_]*.py")):
        yield f"## {example.name}\n\n```python\n{example.read_text()}```\n"
