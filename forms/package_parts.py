"""The parts of a workbook's package as bytes that can be changed: what nobody touches stays as it was, to the bit.

ECMA-376 part 2 (packages, relations, content types). Only for packages that forms.package has looked at.
"""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import escape

from forms import marks
from forms.package import UNMARKABLE, Unmarkable, packed_bytes
from forms.zip_writer import ZipWriter

CONTENT_TYPES = "[Content_Types].xml"
WORKBOOK, WORKBOOK_RELATIONS, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RELATION = re.compile(rb"<Relationship\s([^<>]*)>")
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: `kind` is the last word of its type, `target` the part's name in the package."""

    id: str
    kind: str
    target: str


@dataclass(slots=True)
class Parts:
    """The parts by name, in the package's order."""

    _data: bytes
    _archive: zipfile.ZipFile
    _changed: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, data: bytes) -> "Parts":
        """Return the parts of a package. Raises Unmarkable where it is none that can be changed."""
        try:
            parts = cls(data, zipfile.ZipFile(BytesIO(data)))
        except zipfile.BadZipFile as error:
            raise Unmarkable(UNMARKABLE) from error
        if not all(map(parts.has, (CONTENT_TYPES, WORKBOOK, WORKBOOK_RELATIONS, STYLES))):
            raise Unmarkable(UNMARKABLE)
        return parts

    def has(self, name: str) -> bool:
        """Say whether there is such a part."""
        return name in self._changed or name in self._archive.NameToInfo

    def read(self, name: str) -> bytes:
        """Return a part as it stands now."""
        return self._changed[name] if name in self._changed else self._archive.read(name)

    def write(self, name: str, content: bytes) -> None:
        """Give a part another content, or add it."""
        self._changed[name] = content

    def to_bytes(self) -> bytes:
        """Return the package: changed parts in their old places, new ones at the end."""
        written = ZipWriter()
        for member in self._archive.infolist():
            if member.filename in self._changed:
                written.deflate(member.filename, self._changed[member.filename])
            else:
                written.copy(member, packed_bytes(self._data, member))
        for name in self._changed:
            if name not in self._archive.NameToInfo:
                written.deflate(name, self._changed[name])
        return bytes(written)

    # Relations and content types.

    def relations_of(self, part: str) -> list[Relation]:
        """Return what a part refers to inside the package."""
        name = relations_part(part)
        if not self.has(name):
            return []
        found = []
        for match in _RELATION.finditer(self.read(name)):
            attributes = match[1]
            if marks.attribute(attributes, b"TargetMode") == "External":
                continue
            target = marks.attribute(attributes, b"Target")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(part), target)
            kind = marks.attribute(attributes, b"Type").rpartition("/")[2]
            found.append(Relation(marks.attribute(attributes, b"Id"), kind, posixpath.normpath(whole)))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let `part` refer to `target`; return the id of the relation, which is new in that part."""
        name = relations_part(part)
        empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        xml = self.read(name) if self.has(name) else empty
        number = 1
        while f'"rIdRollcall{number}"'.encode() in xml:
            number += 1
        added = f'<Relationship Id="rIdRollcall{number}" Type="{RELATIONSHIPS}/{kind}" Target="/{target}"/>'.encode()
        self.write(name, before_end(xml, b"Relationships", added))
        return f"rIdRollcall{number}"

    def free(self, stem: str, extension: str) -> str:
        """Return a name for a new part that no part has."""
        number = 1
        while self.has(name := f"{stem}-{number}.{extension}"):
            number += 1
        return name

    def declare(self, part: str, content_type: str) -> None:
        """Say what kind of part one is."""
        added = f'<Override PartName="/{part}" ContentType="{content_type}"/>'.encode()
        self.write(CONTENT_TYPES, before_end(self.read(CONTENT_TYPES), b"Types", added))

    def declare_extension(self, extension: str, content_type: str) -> None:
        """Say what kind of part those with a file extension are, where nobody has said it."""
        types = self.read(CONTENT_TYPES)
        if f'Extension="{extension}"'.encode().lower() in types.lower():
            return
        added = f'<Default Extension="{extension}" ContentType="{content_type}"/>'.encode()
        start = types.index(b">", types.index(b"<Types")) + 1
        self.write(CONTENT_TYPES, types[:start] + added + types[start:])


def writable(text: str) -> str:
    """Return any text with what XML cannot hold as blanks (XML 1.0, 2.2)."""
    return _NOT_XML.sub(" ", text)


def xml_text(text: str) -> str:
    """Return any text as the content of an element: markup escaped, what XML cannot hold as blanks."""
    return escape(writable(text))


def relations_part(part: str) -> str:
    """Return the name of the part that holds the relations of `part`."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def before_end(xml: bytes, element: bytes, added: bytes) -> bytes:
    """Return `xml` with something put before the last end tag of an element. Raises Unmarkable without one."""
    end = xml.rfind(b"</" + element)
    if end >= 0:
        return xml[:end] + added + xml[end:]
    empty = re.search(rb"<" + element + rb"((?:\s[^<>]*)?)/>", xml)
    if empty is None:
        raise Unmarkable(UNMARKABLE)
    whole = b"<" + element + empty[1].rstrip() + b">" + added + b"</" + element + b">"
    return xml[: empty.start()] + whole + xml[empty.end() :]
