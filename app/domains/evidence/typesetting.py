"""Sets the paper of a dispute. A program of its own, run by path with nothing of ours imported:

    python -I typesetting.py < paper.json > paper.pdf

The same paper makes the same bytes. What the setter of types takes of memory ends with this process.
"""

import sys
from pathlib import Path

import typst

_HERE = Path(__file__).resolve().parent


def main() -> None:
    """The template is ours; what people wrote reaches it as data and is never read as its language."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[_HERE / "fonts"])
    made = typst.compile(_HERE / "paper.typ", font_paths=fonts, sys_inputs={"paper": sys.stdin.buffer.read().decode()})
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
