"""What a reader or writer is told beyond the file and the documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

BY_OPTION = "say --encoding gb18030"  # how a user asks for the encoding of older Chinese files
IN_CONFIG = "say data.encoding: gb18030"


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a reader cannot see in the file itself.

    Args:
        encoding: of the bytes; GB18030 (with GBK and GB2312) only where it is asked for.
        ask: how a user asks for GB18030, or what else there is to do.
        position_digits: whether the characters of columns carry a position in the word (``科0``);
            None to tell it from the tokens.
        tagged: whether annotations are wanted; without, columns may lack tags.
        scheme: the tag scheme of columns, or None to tell it from the tags.
        blank: the token that stands for a blank where blanks stand between the tokens.
        watch: is told how many bytes are read, as they are.
    """

    encoding: str = "utf-8"
    ask: str = BY_OPTION
    position_digits: bool | None = None
    tagged: bool = True
    scheme: str | None = None
    blank: str = "[SPA]"
    watch: Callable[[int], None] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """What a writer is told beyond the documents.

    Args:
        scheme: the tag scheme, where the format has tags.
        blank: the token that stands for a blank where blanks stand between the tokens.
    """

    scheme: str = "BIO"
    blank: str = "[SPA]"
