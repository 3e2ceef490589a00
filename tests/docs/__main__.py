"""`python -m tests.docs`: write anew what is made in docs/: the tables of data.md, the pictures, the schema."""

from __future__ import annotations

from tests.docs.made import FOLDER, made


def main() -> None:
    """Write every file that is not as it should be."""
    for name, text in made().items():
        path = FOLDER / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(path)


if __name__ == "__main__":
    main()
