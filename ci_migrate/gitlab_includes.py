"""Which files of a tree make up a GitLab pipeline, and which of them goes before which.

Source: docs.gitlab.com/ci/yaml/includes (what includes override, nested includes, wildcards) and
docs.gitlab.com/ci/pipelines/downstream_pipelines (`trigger:include`).
"""

import posixpath
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from ci_migrate.document import Document, Mapping, parse
from ci_migrate.errors import BadFile
from ci_migrate.globs import matcher
from ci_migrate.lookup import Found, child, follow, items_of
from ci_migrate.remembered import remembered
from ci_migrate.tree import Tree, files_with, read_document

ROOT = ".gitlab-ci.yml"
_MOST = 1000  # files of a pipeline; GitLab itself allows far fewer


class Layer(NamedTuple):
    """A file of a pipeline; `sometimes` if rules say when it is one.

    `given` are the inputs that the file `giver`, which includes it, gives it.
    """

    document: Document
    entries: dict[str, Found]
    sometimes: bool = False
    giver: Document | None = None
    given: Found | None = None


Pipeline = tuple[Layer, ...]  # the files that go before others first


def entries_of(document: Document) -> dict[str, Found]:
    """Return what stands at the left of a file, in its header too, by its key."""
    found = {}
    for root in document.roots:
        for key, value in root.entries if isinstance(root, Mapping) else ():
            name, inner = follow(key), follow(value)
            if name and name.text is not None and inner:
                found[name.text] = inner
    return found


def pipelines(document: Document, tree: Tree, globs: tuple[str, ...]) -> tuple[Pipeline, ...]:
    """Return the pipelines that a file is part of; it is one of its own if it is of no other."""
    path = document.path
    for folder in _folders_above(path):
        if found := _holding(path, _from_top((folder, folder + ROOT), tree)):
            return found
    project = _project(path, tree)
    tops = [] if posixpath.basename(path) == ROOT else _including(path, project, tree, globs)
    whole = (one for top in tops for one in _from_top((project, top), tree))
    own = _holding(path, whole) or _from_top((project, path), tree)[:1]
    return own or ((_layer(document),),)


def _holding(path: str, found: Iterable[Pipeline]) -> tuple[Pipeline, ...]:
    return tuple(one for one in found if any(layer.document.path == path for layer in one))


@remembered
def _from_top(top: tuple[str, str], tree: Tree) -> tuple[Pipeline, ...]:
    """Return the pipeline of a project that begins with a file, and those that its jobs trigger."""
    project, path = top
    document = read_document(tree, path)
    if document is None:
        return ()
    found = [_pipeline(_layers(_layer(document), project, tree, ()))]
    seen: set[tuple[str, ...]] = {(path,)}
    for pipeline in found:
        for giver, includes in _triggered(pipeline):
            made = _pipeline(_included(giver, includes, project, tree, ()))
            paths = tuple(layer.document.path for layer in made)
            if made and paths not in seen:
                seen.add(paths)
                found.append(made)
    return tuple(found)


def _pipeline(layers: Iterable[Layer]) -> Pipeline:
    return tuple(islice(layers, _MOST))


class _Include(NamedTuple):
    path: str
    sometimes: bool
    given: Found | None


def _includes(value: Found | None) -> list[_Include]:
    """Return the files of the same project that an `include` names, in their order."""
    found = []
    for item in items_of(value):
        local = item if item.text is not None else child(item, "local")
        path = local.text if local else None
        if path and "$" not in path and "://" not in path:
            rules = child(item, "rules") is not None
            found.append(_Include(path.lstrip("/"), rules, child(item, "inputs")))
    return found


def _triggered(layers: Iterable[Layer]) -> Iterator[tuple[Document, list[_Include]]]:
    """Yield what each job that triggers a pipeline lets it begin with."""
    for layer in layers:
        for job in layer.entries.values():
            trigger = child(job, "trigger")
            given = child(trigger, "inputs")
            includes = _includes(child(trigger, "include"))
            if includes:
                yield layer.document, [one._replace(given=one.given or given) for one in includes]


def _layer(document: Document) -> Layer:
    return Layer(document, entries_of(document))


def _layers(layer: Layer, project: str, tree: Tree, above: tuple[str, ...]) -> Iterator[Layer]:
    """Yield a file and what it includes: what is included last goes before the others."""
    yield layer
    document = layer.document
    includes = _includes(layer.entries.get("include"))
    for inner in _included(document, includes, project, tree, (*above, document.path)):
        yield inner._replace(sometimes=inner.sometimes or layer.sometimes)


def _included(
    giver: Document, includes: list[_Include], project: str, tree: Tree, above: tuple[str, ...]
) -> Iterator[Layer]:
    for include in reversed(includes):
        for path in reversed(_files(project + include.path, tree)):
            document = read_document(tree, path) if path not in above else None
            if document is not None:
                layer = Layer(
                    document, entries_of(document), include.sometimes, giver, include.given
                )
                yield from _layers(layer, project, tree, above)


def _files(path: str, tree: Tree) -> tuple[str, ...]:
    path = posixpath.normpath(path)
    if path.startswith("..") or not path.endswith((".yml", ".yaml")):
        return ()
    return tuple(tree.paths((path,))) if "*" in path else (path,)


def _including(path: str, project: str, tree: Tree, globs: tuple[str, ...]) -> list[str]:
    """Return the files that include a file, directly or not, and that no other file includes."""
    known: dict[str, tuple[str, ...]] = {}
    for other, text in files_with(tree, globs, ("include",)):
        try:
            layer = _layer(parse(other, text))
        except BadFile as error:  # of which there can be no pipeline
            tree.note(error)
            continue
        more = [one for _, includes in _triggered([layer]) for one in includes]
        includes = [*_includes(layer.entries.get("include")), *more]
        known[other] = tuple(project + one.path for one in includes)
    tops: list[str] = []
    fresh, seen = [path], {path}
    for inner in fresh:
        above = [o for o, globs in known.items() if globs and matcher(globs).fullmatch(inner)]
        if not above and inner != path:
            tops.append(inner)
        fresh += [one for one in above if one not in seen]
        seen.update(above)
    return tops


def _project(path: str, tree: Tree) -> str:
    """Return the folder of the project that a file is part of; paths of includes begin there."""
    folders = _folders_above(path)
    return next((f for f in folders if tree.read(f + ROOT) is not None), "")


def _folders_above(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    yield from ("".join(f"{part}/" for part in parts[:count]) for count in range(len(parts) + 1))
