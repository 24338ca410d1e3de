"""Forty searches and what comes first of each, worked out by hand from the ranking of decision 12."""

from typing import Any

COURSES: list[dict[str, Any]] = [
    {"title": "Python for Beginners", "tags": ("python", "programming"), "tagline": "Your first programs"},
    {"title": "Data Analysis with Python", "tags": ("data",), "tagline": "Tables, charts and pandas"},
    {"title": "Machine Learning Foundations", "tags": ("machine learning", "python"), "tagline": "Models that learn"},
    {"title": "Intro to n8n", "tags": ("automation", "no-code"), "tagline": "Let software do the copying"},
    {"title": "Automation for Accountants", "tags": ("bookkeeping",), "tagline": "Invoices that file themselves"},
    {"title": "Café Management", "tags": ("hospitality",), "tagline": "Run a small place", "topic": "design"},
    {"title": "Résumé Writing", "tags": ("career",), "tagline": "One page that opens doors", "topic": "design"},
    {"title": "Photography Basics", "tags": ("camera",), "tagline": "Light first", "topic": "design"},
    {"title": "Portraits", "tags": ("photography",), "tagline": "Faces and hands", "topic": "design"},
    {"title": "Watercolour Painting", "tags": ("art",), "tagline": "Paint what you see", "topic": "design"},
    {"title": "The Art of Negotiation", "tags": ("communication",), "tagline": "Say no kindly", "topic": "design"},
    {"title": "Public Speaking", "tags": ("communication",), "tagline": "The art of the pause", "topic": "design"},
    {"title": "Vibe Coding 101", "tags": ("programming",), "tagline": "Build by talking"},
    {"title": "Claude Code in Depth", "tags": ("automation",), "tagline": "An agent in your terminal"},
    {"title": "Über Straßen: German B1", "tags": ("language",), "tagline": "Everyday talk", "topic": "design"},
    {"title": "C++ from Scratch", "tags": ("programming",), "tagline": "Memory and speed"},
]
"""In the order in which they come on sale; the last one is the newest."""

_ABOUT = "What it is about, told at length, so that it may be published: "
DESCRIPTIONS = {
    "Public Speaking": "a camera records you.",
    "Vibe Coding 101": "from idea to prototype without python.",
    "Portraits": "negotiation with impatient children.",
}

SEARCHES: list[tuple[str, list[str]]] = [
    # one word: title, then tag, then tagline, then description
    ("python", ["Python for Beginners", "Data Analysis with Python", "Machine Learning Foundations"]),
    ("photography", ["Photography Basics", "Portraits"]),
    ("art", ["The Art of Negotiation", "Watercolour Painting", "Public Speaking"]),
    ("camera", ["Photography Basics", "Public Speaking"]),
    ("negotiation", ["The Art of Negotiation", "Portraits"]),
    ("n8n", ["Intro to n8n"]),
    ("101", ["Vibe Coding 101"]),
    ("c++", ["C++ from Scratch"]),
    ("design", ["Über Straßen: German B1", "Public Speaking", "The Art of Negotiation"]),
    # beginnings, which come after whole words
    ("auto", ["Automation for Accountants", "Claude Code in Depth", "Intro to n8n"]),
    ("cod", ["Claude Code in Depth", "Vibe Coding 101", "Intro to n8n"]),
    ("code", ["Claude Code in Depth", "Intro to n8n"]),
    ("photo", ["Photography Basics", "Portraits"]),
    ("neg", ["The Art of Negotiation", "Portraits"]),
    ("paint", ["Watercolour Painting"]),
    ("prog", ["C++ from Scratch", "Vibe Coding 101", "Python for Beginners"]),
    # accents, case and other spellings of the same letters
    ("cafe", ["Café Management"]),
    ("CAFÉ", ["Café Management"]),
    ("resume", ["Résumé Writing"]),
    ("uber strassen", ["Über Straßen: German B1"]),
    ("ÜBER", ["Über Straßen: German B1"]),
    (
        "\uff50\uff59\uff54\uff48on",
        ["Python for Beginners", "Data Analysis with Python", "Machine Learning Foundations"],
    ),
    # typos: a letter missing, too many, another one, two exchanged
    ("pyton", ["Python for Beginners", "Data Analysis with Python", "Machine Learning Foundations"]),
    ("pythonn", ["Python for Beginners", "Data Analysis with Python", "Machine Learning Foundations"]),
    ("phyton", ["Python for Beginners", "Data Analysis with Python", "Machine Learning Foundations"]),
    ("pyhton", ["Python for Beginners", "Data Analysis with Python", "Machine Learning Foundations"]),
    ("automatoin", ["Automation for Accountants", "Claude Code in Depth", "Intro to n8n"]),
    ("photografy", []),
    ("fotography", []),
    ("watercolor", ["Watercolour Painting"]),
    ("germann", ["Über Straßen: German B1"]),
    ("negociation", ["The Art of Negotiation", "Portraits"]),
    # several words, all of which must occur
    ("python data", ["Data Analysis with Python"]),
    ("machine learning", ["Machine Learning Foundations"]),
    ("machin lerning", ["Machine Learning Foundations"]),
    ("python photography", []),
    ("programming python", ["Python for Beginners", "Vibe Coding 101"]),
    # stop words count only when there is nothing else, and then only in titles
    ("the art of", ["The Art of Negotiation", "Watercolour Painting", "Public Speaking"]),
    ("from", ["C++ from Scratch"]),
    ("how to", []),
    # nothing to look for
    ("", ["C++ from Scratch", "Über Straßen: German B1", "Claude Code in Depth"]),
    ("  ", ["C++ from Scratch", "Über Straßen: German B1", "Claude Code in Depth"]),
    ("?!", []),
]


def drafts() -> list[dict[str, Any]]:
    """What `samples.draft` takes."""
    return [course | {"description": _ABOUT + DESCRIPTIONS.get(course["title"], "-")} for course in COURSES]
