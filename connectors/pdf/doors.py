"""What a reader of PDFs would start by itself or at a click, and the little of it that is let through.

The rules hold wherever a dictionary lies, because readers do not agree about which objects belong to a
file. Each place from which ISO 32000-2 lets something happen is a list of what may stand there; what is on
no list is refused, whether the standard knows it or not:

* the catalog (7.7.2), its names (7.7.4) and its form (12.7.3): which keys;
* annotations (12.5.6): which kinds;
* actions (12.6): which kinds, and from where. What happens without a click is a jump within the document
  only; a click on a link may also lead to an address: http, https, mailto, tel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from connectors.pdf.faults import Fault, Unfit
from connectors.pdf.objects import Objects
from connectors.pdf.tokens import Name, Part, Ref, Value

_CATALOG = frozenset(
    {
        "Type", "Version", "Extensions", "Pages", "PageLabels", "Names", "Dests", "ViewerPreferences",
        "PageLayout", "PageMode", "Outlines", "Threads", "OpenAction", "AcroForm", "Metadata", "MarkInfo",
        "StructTreeRoot", "Lang", "Info", "OutputIntents", "PieceInfo", "OCProperties", "Perms", "Legal",
        "DSS", "DPartRoot",
    }
)  # fmt: skip
_NAMES = frozenset({"Dests"})
_FORM = frozenset({"Fields", "NeedAppearances", "SigFlags", "DR", "DA", "Q"})
_ANNOTATIONS = frozenset(
    {
        "Link", "Text", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight",
        "Underline", "Squiggly", "StrikeOut", "Stamp", "Caret", "Ink", "Popup", "Widget", "Watermark",
        "Redact",
    }
)  # fmt: skip
_JUMPS = {"GoTo": frozenset({"D", "SD"}), "Named": frozenset({"N"})}
_TURNS = frozenset({"NextPage", "PrevPage", "FirstPage", "LastPage"})
_ADDRESS = re.compile(rb"(?i)(?:https?://|mailto:|tel:|www\.)[!-~]*")
"""Without a colon an address is a path beside the document: only one that is plainly meant for the web."""

_Check = Callable[[Objects, Part, str], None]

_ACTIONS = frozenset(
    {
        "GoTo", "GoToR", "GoToE", "GoToDp", "Launch", "Thread", "URI", "Sound", "Movie", "Hide", "Named",
        "SubmitForm", "ResetForm", "ImportData", "JavaScript", "SetOCGState", "Rendition", "Trans",
        "GoTo3DView", "RichMediaExecute",
    }
)  # fmt: skip
"""All kinds of the standard."""
_STARTS = ("A", "PA", "NA", "OpenAction", "Next")
"""The keys under which an action lies. Some mean something else elsewhere, but that has no ``/S``."""
_MUST_BE_EMPTY = {
    Fault.ACTS: (
        "JS", "JavaScript", "XFA", "PresSteps", "RichMediaContent", "RichMediaSettings", "3DD",
        "OnInstantiate", "Requirements", "PS",
    ),
    Fault.HOLDS_FILES: ("EF", "EmbeddedFiles", "AF", "Collection", "OPI", "FFilter", "DestOutputProfileRef"),
}  # fmt: skip
_FILES = frozenset({"EmbeddedFile", "Filespec"})
_OWN_KEY = re.compile(r"[A-Za-z0-9]{2,8}[:_.].+")
"""A key with a registered prefix of its maker (Annex E) means nothing to anybody else."""


def check_doors(objects: Objects) -> None:
    """Raises Unfit unless it is a whole document that starts nothing of its own accord."""
    catalogs = _catalogs(objects)
    if not catalogs:
        raise Unfit(Fault.UNREADABLE)
    if not any(
        objects.parts_at(pages, "Kids") for root in catalogs for pages in objects.parts_at(root, "Pages")
    ):
        raise Unfit(Fault.NO_PAGES)
    for part in objects.parts:
        for key, _ in part.pairs:
            if check := _CHECKS.get(key):
                check(objects, part, key)
    for catalog in catalogs:
        _check_catalog(objects, catalog)


def _catalogs(objects: Objects) -> list[Part]:
    """Whatever says that it is one, or is taken for one. Raises Unfit when the file is encrypted."""
    found: list[Part] = []
    for part in objects.parts:
        keys = {key for key, _ in part.pairs}
        if "Encrypt" in keys and _holds(objects, part, "Encrypt"):
            raise Unfit(Fault.ENCRYPTED)
        if "Root" in keys:
            found += objects.parts_at(part, "Root")
        if "Pages" in keys and "Catalog" in objects.names_at(part, "Type"):
            found.append(part)
    return found


def _check_catalog(objects: Objects, catalog: Part) -> None:
    _only(objects, catalog, _CATALOG)
    for names in objects.parts_at(catalog, "Names"):
        _only(objects, names, _NAMES)
    for form in objects.parts_at(catalog, "AcroForm"):
        _only(objects, form, _FORM)


def _only(objects: Objects, part: Part, known: frozenset[str]) -> None:
    """Other keys may hold a plain value, with which nothing can be started, or nothing at all."""
    for key in {key for key, _ in part.pairs} - known:
        plain = all(not isinstance(value, Part | list) for value in objects.values(part, key))
        if not plain and not _OWN_KEY.fullmatch(key) and _holds(objects, part, key):
            raise Unfit(Fault.ACTS)


def _check_empty(fault: Fault) -> _Check:
    def check(objects: Objects, part: Part, key: str) -> None:
        if _holds(objects, part, key):
            raise Unfit(fault)

    return check


def _check_type(objects: Objects, part: Part, key: str) -> None:
    kinds = objects.names_at(part, key)
    if kinds & _FILES:
        raise Unfit(Fault.HOLDS_FILES)
    if "Annot" in kinds:
        _check_annotation(objects, part)


def _check_subtype(objects: Objects, part: Part, key: str) -> None:
    """Programs for a printer: PostScript in place of a picture."""
    if "PS" in objects.names_at(part, key):
        raise Unfit(Fault.ACTS)


def _check_stream_file(objects: Objects, part: Part, key: str) -> None:
    """Data of a stream that lie in another file. Elsewhere the key means other things."""
    if part.stream and _holds(objects, part, key):
        raise Unfit(Fault.HOLDS_FILES)


def _check_filter(objects: Objects, part: Part, key: str) -> None:
    if "Crypt" in objects.names_at(part, key):
        raise Unfit(Fault.ENCRYPTED)


def _check_other_page(objects: Objects, part: Part, key: str) -> None:
    """A picture of a page of another file (8.10.4). In a structure the key means something else."""
    if any(each.all("F") for each in objects.parts_at(part, key)):
        raise Unfit(Fault.HOLDS_FILES)


def _check_annotations(objects: Objects, part: Part, key: str) -> None:
    for each in objects.parts_at(part, key):
        _check_annotation(objects, each)


def _check_annotation(objects: Objects, annotation: Part) -> None:
    if objects.names_at(annotation, "Subtype") - _ANNOTATIONS:
        raise Unfit(Fault.ACTS)


def _check_action(objects: Objects, part: Part, key: str) -> None:
    """What is by its kind an action is looked at even where no place is known that starts it."""
    if objects.names_at(part, key) & _ACTIONS and not _is_harmless(objects, part, link=True):
        raise Unfit(Fault.ACTS)


def _check_start(objects: Objects, part: Part, key: str) -> None:
    link = key == "A" and objects.names_at(part, "Subtype") == {"Link"}
    for action in objects.parts_at(part, key):
        if action.all("S") and not _is_harmless(objects, action, link=link):
            raise Unfit(Fault.ACTS)


def _check_events(objects: Objects, part: Part, key: str) -> None:
    """What happens at events happens without a click: nothing is let through."""
    for events in objects.parts_at(part, key):
        if any(action.all("S") for each, _ in events.pairs for action in objects.parts_at(events, each)):
            raise Unfit(Fault.ACTS)


def _is_harmless(objects: Objects, action: Part, *, link: bool) -> bool:
    """A jump within the document; from a link also one to an address."""
    kinds = objects.names_at(action, "S")
    if len(kinds) != 1 or action.stream:
        return False
    [kind] = kinds
    allowed = _JUMPS.get(kind, frozenset({"URI", "IsMap"}) if link and kind == "URI" else None)
    if allowed is None:
        return False
    if any(
        _holds(objects, action, key) for key in {key for key, _ in action.pairs} - allowed - {"Type", "S"}
    ):
        return False
    if kind == "Named":
        return objects.names_at(action, "N") <= _TURNS
    return all(_is_address(value) for value in objects.values(action, "URI"))


def _is_address(value: Value) -> bool:
    return isinstance(value, bytes) and _ADDRESS.fullmatch(value) is not None


def _holds(objects: Objects, part: Part, key: str) -> bool:
    """Whether anything stands under a key. What was emptied is often left behind as an empty tree."""
    todo, seen = list(part.all(key)), set[int]()
    while todo:
        value = todo.pop()
        if isinstance(value, Ref):
            if value.number not in seen:
                seen.add(value.number)
                todo.extend(objects.numbered.get(value.number, ()))
        elif isinstance(value, Part) and not value.stream:
            todo.extend(member for _, member in value.pairs)
        elif isinstance(value, list):
            todo.extend(value)
        elif value is not None and value not in (b"", Name("")):
            return True
    return False


_CHECKS: Mapping[str, _Check] = {
    "Type": _check_type,
    "Subtype": _check_subtype,
    "Subtype2": _check_subtype,
    "F": _check_stream_file,
    "Filter": _check_filter,
    "Ref": _check_other_page,
    "Annots": _check_annotations,
    "S": _check_action,
    "AA": _check_events,
    **dict.fromkeys(_STARTS, _check_start),
    **{key: _check_empty(fault) for fault, keys in _MUST_BE_EMPTY.items() for key in keys},
}
"""Where anything can begin, and what is looked at there. No other key starts anything."""
