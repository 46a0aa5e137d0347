"""What the site shows that is kept elsewhere in the repository, links, and its two languages.

The pages are written to be read in the repository: their links are paths there. Here those paths
become places in the site, so no text has to be written twice.

A page in Chinese lies beside the English one: `echo.zh.md` beside `echo.md`. The site is built
twice. `mkdocs.yml` takes the English pages, and `mkdocs.zh.yml` puts the others into `zh/`, each
at the place of its English page, with a navigation and a search of its own. What is there in
English only is linked to from there.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"

# Where a file of the repository is in the site; everything under docs/ is where it is.
KEPT_ELSEWHERE = {
    "benchmarks/RESULTS.md": "benchmarks.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "LICENSE": "license.md",
}
CHART = {"benchmarks/results.svg": "results.svg"}
# Who reads the repository begins with these; who reads the site, with its first page.
READMES = {"README.md": "docs/index.md", "README.zh-CN.md": "docs/index.zh.md"}
EXAMPLES = "examples.md"
CHINESE = ".zh.md"
STYLE = "style.css"

LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?")
# The first line of a page leads to its translation, as the site's own switch does.
SWITCH = re.compile(r"^\[(?:中文|English)\]\([^)]*\)\n\n", re.MULTILINE)
# The address of an English page, in a page of the Chinese site: `english:api/socket.html`.
ENGLISH = "english:"


def on_config(config: Any) -> Any:
    """Says which version this is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    config.site_name = f"{config.site_name} {project['version']}"
    return config


def on_files(files: Files, config: Any) -> Files:
    """The pages of one language, with what is kept elsewhere and a page with all examples."""
    chinese = _is_chinese(config)
    found = Files([])
    for file in files:
        if chinese and file.src_uri.endswith(CHINESE):
            place = file.src_uri.removesuffix(CHINESE) + ".md"
            source = str(DOCS / file.src_uri)
            found.append(File.generated(config, place, abs_src_path=source))
        elif not file.src_uri.endswith(CHINESE) and (not chinese or _is_shared(file, config)):
            found.append(file)
    elsewhere = CHART if chinese else {**KEPT_ELSEWHERE, **CHART}
    for source, place in elsewhere.items():
        found.append(File.generated(config, place, abs_src_path=str(ROOT / source)))
    if not chinese:
        found.append(File.generated(config, EXAMPLES, content="\n".join(_examples())))
    return found


def on_page_markdown(markdown: str, page: Any, config: Any, **_: Any) -> str:
    """Turns links into the repository into links into the site."""
    chinese = _is_chinese(config)
    here = page.file.src_uri
    sources = {place: source for source, place in KEPT_ELSEWHERE.items()}
    folder = posixpath.dirname(sources.get(here, f"docs/{here}"))

    def moved(link: re.Match[str]) -> str:
        source = posixpath.normpath(posixpath.join(folder, link[1]))
        source = READMES.get(source, source)
        path, _, heading = _place(source).partition("#")
        heading = f"#{heading}" if heading else link[2] or ""
        if path.endswith(".md") and chinese and not source.endswith(CHINESE):
            return f"{ENGLISH}{path.removesuffix('.md')}.html{heading}"
        path = posixpath.relpath(path, posixpath.dirname(here) or ".")
        return path.replace(CHINESE, ".md") + heading

    return LINK.sub(moved, SWITCH.sub("", markdown, count=1))


def on_page_context(context: Any, page: Any, config: Any, **_: Any) -> Any:
    """The switch of languages leads to the same page, or to the first one where there is none."""
    translated = (DOCS / page.file.src_uri).with_suffix(CHINESE).exists()
    chinese = page.url if translated else "index.html"
    english, chinese = (
        (ENGLISH + page.url, chinese) if _is_chinese(config) else (page.url, f"zh/{chinese}")
    )
    config.extra["alternate"] = [
        {"name": "English", "link": english, "lang": "en"},
        {"name": "中文", "link": chinese, "lang": "zh"},
    ]
    return context


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """The English pages lie one folder above the Chinese ones."""
    return output.replace(f'"{ENGLISH}', '"../' + "../" * page.url.count("/"))


def on_post_template(output_content: str, **_: Any) -> str:
    """The same, for the page about pages that are not there."""
    return output_content.replace(f'"{ENGLISH}', '"../')


def _is_shared(file: File, config: Any) -> bool:
    """Whether both languages have it: what the theme brings, and the style sheet."""
    return bool(file.src_dir != config.docs_dir or file.src_uri == STYLE)


def _is_chinese(config: Any) -> bool:
    return bool(config.theme["language"] == "zh")


def _place(source: str) -> str:
    """Where a file of the repository is in the site."""
    if source == "examples":
        return EXAMPLES
    if source.startswith("examples/"):
        return f"{EXAMPLES}#{posixpath.basename(source).replace('.', '')}"
    return {**KEPT_ELSEWHERE, **CHART}.get(source, source.removeprefix("docs/"))


def _examples() -> Iterator[str]:
    yield "# Examples\n\nWhole programs, each of which the tests run and talk to.\n"
    for example in sorted((ROOT / "examples").glob("[!_]*.py")):
        yield f"## {example.name}\n\n```python\n{example.read_text()}```\n"
