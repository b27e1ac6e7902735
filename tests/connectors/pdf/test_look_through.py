"""Only a plain PDF is taken in; what can act is found wherever it lies, and what people make is taken."""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from connectors.pdf.faults import Fault
from connectors.pdf.look_through import fault_of
from connectors.pdf.tokens import Budget, Name, Part, Ref, read_value
from tests.connectors.pdf.written import SCRIPT, later, packed, written
from tests.stages.decisions.pdfs import pdf

LAUNCH = "<</S/Launch/F(cmd.exe)>>"
TO_WEB = "<</S/URI/URI(https://loonbrug.example/order?nr=1)>>"
LINK = "/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]{}>>]"
PLAIN_FILES = {
    "of a library": pdf(),
    "by hand": written(),
    "opens at a page": written("/OpenAction[3 0 R/XYZ null null 0]"),
    "opens by a jump": written("/OpenAction 9 0 R", others={9: "<</S/GoTo/D[3 0 R/Fit]>>"}),
    "a link to the web": written(page=LINK.format(f"/A{TO_WEB}")),
    "a link to the web by reference": written(page=LINK.format("/A 9 0 R"), others={9: TO_WEB}),
    "a link to mail": written(page=LINK.format("/A<</S/URI/URI(mailto:a@b.example)>>")),
    "a link within": written(page=LINK.format("/A<</S/GoTo/D(chapter)>>")),
    "a link to the next page": written(page=LINK.format("/A<</S/Named/N/NextPage>>")),
    "an outline": written(
        "/Outlines 8 0 R", others={8: "<</First 9 0 R>>", 9: "<</Title(x)/Next 9 0 R/A<</S/GoTo/D(x)>>>>"}
    ),
    "a structure with attributes": written(
        "/StructTreeRoot 8 0 R/MarkInfo<</Marked true>>",
        others={
            8: "<</Type/StructTreeRoot/K<</S/Table/A<</O/Table/ColSpan 2>>/Ref[9 0 R]>>>>",
            9: "<</S/P>>",
        },
    ),
    "signatures": written(
        "/AcroForm<</Fields[8 0 R]/SigFlags 3>>/Perms<</DocMDP 9 0 R>>/DSS<</Certs[]>>",
        "/Annots[8 0 R]",
        {
            8: "<</FT/Sig/T(Signature1)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/V 9 0 R>>",
            9: "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 9 99 9]"
            "/Contents<308006092a86>/Reference[<</Type/SigRef/TransformMethod/DocMDP>>]>>",
        },
    ),
    "stamps and notes": written(page="/Annots[<</Subtype/Stamp/AP<</N 9 0 R>>>><</Subtype/FreeText>>]"),
    "layers and metadata": written(
        "/OCProperties<</OCGs[8 0 R]/D<<>>>>/Metadata 9 0 R/Lang(nl)/OutputIntents[<</S/GTS_PDFA1>>]",
        others={
            8: "<</Type/OCG/Name(x)>>",
            9: "<</Type/Metadata/Subtype/XML/Length 3>>\nstream\n<x>\nendstream",
        },
    ),
    "glyphs called A and AA": written(
        page="/Resources<</Font<</AA<</Type/Font/Subtype/Type3/CharProcs<</A 9 0 R>>>>>>>>",
        others={9: "<</Length 1>>\nstream\nq\nendstream"},
    ),
    "what was emptied": written("/Names<</EmbeddedFiles 9 0 R>>/AA<<>>/URI null", others={9: "<</Names[]>>"}),
    "keys of its maker": written("/AAPL:Keywords[(x)]/Producer(x)"),
    "packed objects": written(raw=packed(9, {8: "<</Type/Metadata>>", 7: "[1 2]"})),
    "a later revision": later(written(), {3: "<</Type/Page/Parent 2 0 R>>"}),
    "an older table at its end": written() + b"\n%%EOF\n",
}
ACTS = {
    "a script": written(f"/OpenAction{SCRIPT}"),
    "a script by reference": written("/OpenAction 9 0 R", others={9: SCRIPT}),
    "by two references": written("/OpenAction 9 0 R", others={9: "8 0 R", 8: SCRIPT}),
    "its kind by reference": written("/OpenAction<</S 9 0 R/JS(x)>>", others={9: "/JavaScript"}),
    "its kind in hexadecimal": written("/OpenAction<</S/J#61vaScript/J#53(x)>>"),
    "its key in hexadecimal": written("/Op#65nAction<</S/#4caunch/F(x)>>"),
    "the second of two keys": written(f"/OpenAction<</S/GoTo/D(x)>>/OpenAction{LAUNCH}"),
    "the first of two keys": written(f"/OpenAction{LAUNCH}/OpenAction<</S/GoTo/D(x)>>"),
    "the second of two kinds": written("/OpenAction<</S/GoTo/S/Launch/F(x)>>"),
    "a jump with a sequel": written(f"/OpenAction<</S/GoTo/D(x)/Next{LAUNCH}>>"),
    "a jump with many sequels": written(f"/OpenAction<</S/GoTo/D(x)/Next[9 0 R {SCRIPT}]>>"),
    "the web at opening": written(f"/OpenAction{TO_WEB}"),
    "the web at opening by reference": written("/OpenAction 9 0 R", others={9: TO_WEB}),
    "the web at an event": written(page=f"/AA<</O{TO_WEB}>>"),
    "the web at an event by references": written(page="/AA 8 0 R", others={8: "<</C 9 0 R>>", 9: TO_WEB}),
    "a jump at an event": written("/AA<</WP<</S/GoTo/D(x)>>>>"),
    "the web from an outline": written("/Outlines<</First<</Title(x)/A" + TO_WEB + ">>>>"),
    "the web from a button": written(page=f"/Annots[<</Subtype/Widget/FT/Btn/A{TO_WEB}>>]"),
    "a script behind a link": written(page=LINK.format("/A<</S/URI/URI(javascript:alert\\(1\\))>>")),
    "a script in octal": written(page=LINK.format("/A<</S/URI/URI(\\152avascript:x)>>")),
    "a script in hexadecimal digits": written(page=LINK.format("/A<</S/URI/URI<6a6176613a>>>")),
    "a file behind a link": written(page=LINK.format("/A<</S/URI/URI(file:///etc/passwd)>>")),
    "a share behind a link": written(page=LINK.format("/A<</S/URI/URI(\\\\\\\\server\\\\share)>>")),
    "an address by reference": written(page=LINK.format("/A<</S/URI/URI 9 0 R>>"), others={9: "(file:x)"}),
    "a base of addresses": written("/URI<</Base(file://x/)>>"),
    "the previous address of a link": written(page=LINK.format(f"/PA{LAUNCH}")),
    **{
        f"a link with {kind}": written(page=LINK.format(f"/A<</S/{kind}/F(x)/D(x)>>"))
        for kind in (
            "GoToR", "GoToE", "GoToDp", "Launch", "Thread", "Sound", "Movie", "Hide", "SubmitForm",
            "ResetForm", "ImportData", "JavaScript", "SetOCGState", "Rendition", "Trans", "GoTo3DView",
            "RichMediaExecute", "NobodyKnowsThisOne",
        )
    },
    **{
        f"the menu's {name}": written(page=LINK.format(f"/A<</S/Named/N/{name}>>"))
        for name in ("Print", "Quit", "SaveAs")
    },
    **{
        f"an annotation of kind {kind}": written(page="/Annots 9 0 R", others={9: f"[<</Subtype/{kind}>>]"})
        for kind in ("3D", "RichMedia", "Screen", "Movie", "Sound", "FileAttachment", "Projection", "Unheard")
    },
    "an annotation of no page": written(others={9: "<</Type/Annot/Subtype/Screen>>"}),
    "a script of a 3D model": written(others={9: "<</Type/3D/OnInstantiate 8 0 R>>", 8: "(x)"}),
    "names of scripts": written("/Names 9 0 R", others={9: f"<</JavaScript<</Names[(x){SCRIPT}]>>>>"}),
    "a form with XFA": written("/AcroForm<</XFA[(x)(y)]>>"),
    "a form that computes": written("/AcroForm<</Fields[]/CO[9 0 R]>>", others={9: "<</T(x)>>"}),
    "steps of a page": written(page=f"/PresSteps<</NA{TO_WEB}>>"),
    "what the catalog should not hold": written("/SomethingNew<</X[1]>>"),
    "a program for the printer": written(others={9: "<</Subtype/PS/Length 1>>\nstream\nq\nendstream"}),
    "nothing leads there": written(others={77: SCRIPT}),
    "packed": written("/OpenAction 8 0 R", raw=packed(9, {8: SCRIPT})),
    "packed without saying so": written("/OpenAction 8 0 R", raw=packed(9, {8: LAUNCH}, kind="")),
    "of an earlier revision": later(written(f"/OpenAction{SCRIPT}"), {1: "<</Type/Catalog/Pages 2 0 R>>"}),
    "of a later revision": later(written("/OpenAction 9 0 R", others={9: "[3 0 R/Fit]"}), {9: SCRIPT}),
    "of another root": later(written(), {9: f"<</Pages 2 0 R/OpenAction{LAUNCH}>>"}, root="9 0 R"),
    "within a string": written(others={9: "(5 0 obj<</S/Launch/F<41>>>)"}),
    "within a stream": written(others={9: f"<</Length 60>>\nstream\n8 0 obj{LAUNCH}endobj\nendstream"}),
    "behind a comment": written(raw=b"9 %x\n0 %y\nobj<</S/Launch/F(x)>>endobj\n"),
}  # fmt: skip
HOLDS_FILES = {
    "attached": pdf(attached=True),
    "names of files": written("/Names<</EmbeddedFiles<</Names[(x) 9 0 R]>>>>", others={9: "<</F(x)>>"}),
    "a collection": written("/Collection<</View/D>>"),
    "associated files": written("/AF[9 0 R]", others={9: "<</F(x)>>"}),
    "a file nothing leads to": written(others={9: "<</Type/EmbeddedFile/Length 1>>\nstream\nq\nendstream"}),
    "a stream elsewhere": written(others={9: "<</Length 0/F(\\\\\\\\server\\\\x)>>\nstream\n\nendstream"}),
    "a stream elsewhere by reference": written(
        others={9: "<</Length 0/F 8 0 R>>\nstream\n\nendstream", 8: "<</FS/URL/F(https://x.example/)>>"}
    ),
    "a page elsewhere": written(
        others={9: "<</Subtype/Form/Ref<</F(x)/Page 1>>/Length 0>>stream\n\nendstream"}
    ),
    "a profile elsewhere": written("/OutputIntents[<</S/GTS_PDFX/DestOutputProfileRef<</URLs[(x)]>>>>]"),
}
MIXED = {
    "a web page before": b"<html><script>alert(1)</script>" + written(),
    "a shell script before": b"#!/bin/sh\nexit\n" + written(),
    "a program before": b"MZ\n" + written(),
    "a picture before": b"GIF89a" + written(),
    "PostScript before": b"%!PS-Adobe-3.0\n" + written(),
    "an archive before": b"PK\x03\x04\x14\x00" + written(),
    "an archive behind": written() + b"PK\x01\x02" + bytes(40) + b"PK\x05\x06" + bytes(18),
    "an archive within": written(
        others={
            9: "<</Length 60>>\nstream\nPK\x01\x02" + "\0" * 30 + "PK\x05\x06" + "\0" * 18 + "\nendstream"
        }
    ),
    "a web page behind": written() + b"<html></html>",
    "a web page between": written(raw=b"<script>alert(1)</script>\n"),
    "a web page in a comment": written(raw=b"%<script>alert(1)</script>\n"),
    "bytes between": written(raw=b"\x7fELF\x02\x01\n"),
    "a tape archive": b"%PDF-1.7\n%" + b" " * 247 + b"ustar\n" + written()[9:],
}


@pytest.mark.parametrize("name", PLAIN_FILES)
def test_a_plain_pdf_is_taken(name):
    assert fault_of(PLAIN_FILES[name]) is None


@pytest.mark.parametrize("name", ACTS)
def test_what_can_act_is_refused(name):
    assert fault_of(ACTS[name]) is Fault.ACTS


@pytest.mark.parametrize("name", HOLDS_FILES)
def test_what_holds_or_calls_for_other_files_is_refused(name):
    assert fault_of(HOLDS_FILES[name]) is Fault.HOLDS_FILES


@pytest.mark.parametrize("name", MIXED)
def test_what_is_something_else_as_well_is_refused(name):
    assert fault_of(MIXED[name]) is Fault.MIXED


@pytest.mark.parametrize(
    "front",
    [
        b"\xef\xbb\xbf",
        b"\r\n" * 500,
        bytes(1000),
        b"Content-Length: 4711\r\n\r\n",
        b"\x1b%-12345X@PJL SET X=1\n",
    ],
)
def test_bytes_before_the_header_that_readers_pass_over_are_taken(front):
    assert fault_of(front + written()) is None
    assert fault_of(front + pdf()) is None


@pytest.mark.parametrize(
    "tail", [bytes(100_000), b"\r\n \x1a", b"\n" * 5000, b"\nendstream\n", b"\x1b%-12345X"]
)
def test_bytes_behind_the_end_that_readers_pass_over_are_taken(tail):
    assert fault_of(written() + tail) is None
    assert fault_of(pdf() + tail) is None


def test_a_header_behind_the_first_1024_bytes_is_none():
    assert fault_of(b" " * 1019 + written()) is None
    assert fault_of(b" " * 1020 + written()) is Fault.NOT_A_PDF


@pytest.mark.parametrize("content", [b"", b"MZ", b"%PDF-1.7\nbut nothing behind it", pdf()[:-200]])
def test_what_is_no_whole_pdf_is_refused(content):
    assert fault_of(content) is Fault.NOT_A_PDF


def test_what_nobody_can_read_is_refused():
    assert fault_of(b"%PDF-1.7\n%%EOF") is Fault.UNREADABLE
    assert fault_of(pdf(password="secret")) is Fault.ENCRYPTED
    assert fault_of(written().replace(b"/Kids[3 0 R]", b"/Kids[]")) is Fault.NO_PAGES
    assert fault_of(written(others={9: "<</X"})) is Fault.UNREADABLE
    assert fault_of(written(raw=packed(9, {8: "<<"}))) is Fault.UNREADABLE


def test_objects_that_are_packed_as_nobody_packs_them_are_refused():
    twice = packed(9, {8: SCRIPT}).replace(b"/FlateDecode", b"[/FlateDecode/FlateDecode]")
    assert fault_of(written(raw=twice)) is Fault.COSTLY
    assert fault_of(written(raw=packed(9, {8: " " * 70_000_000}))) is Fault.COSTLY


def test_a_library_for_pdfs_writes_plain_ones():
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica")
    paper.start_section("Order")
    paper.write(text="loonbrug.example", link="https://loonbrug.example")
    assert fault_of(bytes(paper.output())) is None


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Debian's chromium")
def test_a_browser_prints_plain_ones(tmp_path):
    page, printed = tmp_path / "order.html", tmp_path / "order.pdf"
    page.write_text(
        '<h1 id="a">Order</h1><a href="https://x.example">x</a> <a href="#a">y</a><table><tr><td>1'
    )
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}/profile",
    ]
    command += [f"--print-to-pdf={printed}", "--generate-pdf-document-outline", page.as_uri()]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    assert fault_of(printed.read_bytes()) is None


def test_a_pdf_with_any_bytes_broken_is_taken_or_refused_and_nothing_else():
    chance = random.Random(7)
    for whole in (pdf(), written(raw=packed(9, {8: "<</A[1 (x) <41> /B#43 -1.5 true]>>"}))):
        for _ in range(300):
            broken = bytearray(whole)
            for _ in range(chance.randint(1, 8)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            fault_of(bytes(broken))


@given(st.binary(max_size=300))
def test_any_bytes_within_are_taken_or_refused_and_nothing_else(some):
    fault_of(written(raw=some))
    fault_of(written(raw=b"9 0 obj " + some))


def test_a_pdf_that_goes_round_in_circles_is_read_to_its_end():
    round_ = written(page="/AA 9 0 R/Annots 9 0 R", others={9: "[9 0 R 8 0 R]", 8: "9 0 R", 7: "7 0 R"})
    assert fault_of(round_) is None


@pytest.mark.parametrize("depth", [100, 50_000])
def test_a_deeply_nested_pdf_is_no_trouble(depth):
    nested = written(page="/X " + "[" * depth + "]" * depth)
    assert fault_of(nested) is (None if depth == 100 else Fault.COSTLY)


def test_values_are_read_as_the_standard_writes_them():
    text = b"<</A#42 (a\\)(b)\\061\\\n) % comment >>\n/C[1 0 R -2 3.5 true null<4a4>]/D<</E/F>>>> rest"
    part, end = read_value(text, 0, Budget(100))
    assert isinstance(part, Part)
    assert text[end:] == b" rest"
    assert part.pairs[:2] == [("AB", b"a)(b)1"), ("C", [Ref(1), -2, None, None, None, b"J@"])]
    [inner] = part.all("D")
    assert isinstance(inner, Part)
    assert inner.pairs == [(Name("E"), Name("F"))]
