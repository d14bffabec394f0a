"""What stands in a page of figures: its elements, and the rows of its tables."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Table:
    """A table: the last heading before it, its caption, and its rows as their cells' texts."""

    title: str
    caption: str = ""
    rows: list = field(default_factory=list)

    def row(self, head):
        """The cells beside the first head of this text."""
        cells = next(row for row in self.rows if row and row[0].strip() == head)
        return [" ".join(cell.split()) for cell in cells[1:]]


class Page(HTMLParser):
    """The page's elements in order, its headings, and its tables."""

    def __init__(self, written):
        super().__init__()
        self.elements, self.tables, self.titles, self.inside = [], [], [], False
        self.feed(written)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append(Table(self.titles[-1] if self.titles else ""))
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in ("th", "td"):
            self.tables[-1].rows[-1].append("")
            self.inside = True
        elif tag == "h2":
            self.titles.append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("th", "td")

    def handle_data(self, content):
        last = self.elements[-1][0] if self.elements else ""
        if last == "h2" and not self.titles[-1]:
            self.titles[-1] = content
        elif last == "caption":
            self.tables[-1].caption += content
        elif self.inside:
            self.tables[-1].rows[-1][-1] += content

    @property
    def rows(self):
        return [row for table in self.tables for row in table.rows]

    def row(self, head):
        """The cells beside the first head of this text in any table."""
        return next(t for t in self.tables if any(head == r[0].strip() for r in t.rows)).row(head)

    def under(self, title):
        """The tables below a heading."""
        return [one for one in self.tables if one.title == title]
