"""PDFs written out by hand, to put a certain thing at a certain place."""

from __future__ import annotations

import zlib

PAGES = {2: "<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]{page}>>"}
SCRIPT = "<</S/JavaScript/JS(app.alert\\(1\\))>>"


def written(
    catalog: str = "", page: str = "", others: dict[int, str] | None = None, *, raw: bytes = b""
) -> bytes:
    """A PDF with these further keys in its catalog and on its page, and these further objects.

    ``raw`` stands between the objects and the table.
    """
    objects = {1: f"<</Type/Catalog/Pages 2 0 R{catalog}>>", 2: PAGES[2], 3: PAGES[3].replace("{page}", page)}
    content = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, text in {**objects, **(others or {})}.items():
        places.append((number, len(content)))
        content += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    content += raw
    table = "".join(f"{number} 1\n{place:010} 00000 n \n" for number, place in places)
    end = f"xref\n0 1\n0000000000 65535 f \n{table}trailer\n<</Size 99/Root 1 0 R>>\n"
    return content + f"{end}startxref\n{len(content)}\n%%EOF\n".encode("ascii")


def packed(number: int, objects: dict[int, str], *, kind: str = "/Type/ObjStm") -> bytes:
    """An object stream with these objects in it."""
    header, body = "", ""
    for each, text in objects.items():
        header += f"{each} {len(body)} "
        body += text + " "
    data = zlib.compress((header + body).encode("latin-1"))
    about = f"{kind}/N {len(objects)}/First {len(header)}/Filter/FlateDecode/Length {len(data)}"
    return f"{number} 0 obj\n<<{about}>>\nstream\n".encode() + data + b"\nendstream\nendobj\n"


def later(content: bytes, objects: dict[int, str], *, root: str = "1 0 R") -> bytes:
    """A further revision of the file (7.5.6), with these objects."""
    for number, text in objects.items():
        content += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    return content + f"trailer\n<</Size 99/Root {root}/Prev 9>>\nstartxref\n9\n%%EOF\n".encode()
