"""The files whose text is read, by content type: the reader of each, and what its parts are called."""

from dataclasses import dataclass

OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class Kind:
    """`reader` names the function in readers/; `unit` is what its numbered parts are: "" where it has none."""

    reader: str
    unit: str = ""


KINDS = {
    "application/pdf": Kind("pdf", "page"),
    f"{OPEN_XML}wordprocessingml.document": Kind("docx"),
    f"{OPEN_XML}presentationml.presentation": Kind("pptx", "slide"),
    f"{OPEN_XML}spreadsheetml.sheet": Kind("xlsx", "sheet"),
    f"{OPEN_DOCUMENT}text": Kind("odt"),
    f"{OPEN_DOCUMENT}presentation": Kind("odp", "slide"),
    f"{OPEN_DOCUMENT}spreadsheet": Kind("ods", "sheet"),
    "text/plain": Kind("text"),
    "text/markdown": Kind("text"),
    "text/csv": Kind("text"),
}
