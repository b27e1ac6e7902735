"""A real, small PDF: one page with some lines of text, so that a reader opens it and a checker accepts it."""

from collections.abc import Sequence

_TOP, _LEFT, _LINE = 780, 60, 18


def small_pdf(title: str, lines: Sequence[str] = ()) -> bytes:
    """One A4 page: the title, then the lines. Characters outside Latin-1 become question marks."""
    text = [f"BT /F1 16 Tf {_LEFT} {_TOP} Td ({_escaped(title)}) Tj /F1 11 Tf"]
    text += [f"0 -{_LINE} Td ({_escaped(line)}) Tj" for line in lines]
    stream = "\n".join([*text, "ET"]).encode("latin-1", errors="replace")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>"
    )
    return _assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page,
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            font,
        ]
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _assembled(objects: Sequence[bytes]) -> bytes:
    pdf, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(pdf))
    return pdf + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer
