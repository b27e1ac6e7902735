"""PDFs to hand in: good ones and others."""

from __future__ import annotations

import io

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject


def pdf(
    *,
    script: bool = False,
    attached: bool = False,
    launch: bool = False,
    password: str = "",
    ballast: int = 0,
) -> bytes:
    """A PDF of one page, with that many bytes of a picture or the like."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    if script:
        action = {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if attached:
        writer.add_attachment("other.exe", b"MZ")
    if launch:
        action = {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
        page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): DictionaryObject(action)})
    if ballast:
        stream = DecodedStreamObject()
        stream.set_data(bytes(ballast))
        page[NameObject("/Ballast")] = writer._add_object(stream)
    if password:
        writer.encrypt(password)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()
