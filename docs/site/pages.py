"""Takes the documents of the repository into the site, each under its own path, so that links between them hold as they are."""

import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
GUIDES = "docs/*.md"
RULES = "rules/*/*.md"
OTHERS = ["CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md", "editors/README.md", "editors/vscode/README.md", "packaging/README.md"]
LINK = re.compile(r"\]\(([^)#\s]+)")


def title(page):
    return page.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")


def pages(pattern):
    return sorted(ROOT.glob(pattern))


def entry(page):
    return {title(page): page.relative_to(ROOT).as_posix()}


def families():
    by_family = {}
    for page in pages(RULES):
        by_family.setdefault(page.parent.name, []).append(entry(page))
    return [{family: entries} for family, entries in by_family.items()]


def documents():
    return [ROOT / "README.md", *pages(GUIDES), *pages(RULES), *(ROOT / name for name in OTHERS)]


def linked_files(page):
    """What a page links to that is no page: schemas, licences, files to copy."""
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / link).resolve()
        if "://" not in link and target.is_file() and target.suffix != ".md":
            yield target


def on_config(config):
    config.nav = [
        {"Start": "README.md"},
        {"Guides": [entry(page) for page in pages(GUIDES)]},
        {"Rules": families()},
        {"Working on it": [entry(ROOT / name) for name in OTHERS]},
    ]
    return config


def on_files(files, config):
    found = documents()
    found += [target for page in documents() for target in linked_files(page)]
    for path in dict.fromkeys(found):
        files.append(File.generated(config, path.relative_to(ROOT).as_posix(), abs_src_path=str(path)))
    return files
