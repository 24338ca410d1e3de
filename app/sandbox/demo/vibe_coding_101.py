"""Vibe Coding 101."""

from app.domains.courses.types import ModuleDraft
from app.sandbox.demo.cast import MO, TARO, TESS
from app.sandbox.demo.course import DemoCourse

VIBE_CODING_101 = DemoCourse(
    title="Vibe Coding 101",
    tagline="Describe it, build it, put it on the web: your first app in two sessions.",
    description=(
        "You know what you want to exist; an assistant can write the code. Between the two lies a craft: cutting the idea "
        "into pieces, saying what done means, noticing when the machine wanders off. In the first session you plan and "
        "set up, in the second you build piece by piece, repair what breaks and show the result to the world."
    ),
    creator=MO,
    teachers=(TESS, TARO),
    modules=(
        ModuleDraft(
            "The mindset",
            "You are the editor, not the typist. What to decide yourself and what to leave open.",
            1,
            20,
        ),
        ModuleDraft(
            "Planning",
            "From a wish to one page: who it is for, three screens, and what it will not do.",
            1,
            25,
        ),
        ModuleDraft(
            "The limits of the tools",
            "Forgetting, inventing, agreeing too fast: see each failure once on purpose, so that you know it later.",
            1,
            20,
        ),
        ModuleDraft(
            "Setting up GitHub and Vercel",
            "A place for the code, a place for the site, and a first empty page that is already online.",
            1,
            25,
        ),
        ModuleDraft(
            "Building component by component",
            "Small pieces, each looked at before the next. Your plan becomes something to click on.",
            2,
            30,
        ),
        ModuleDraft(
            "Troubleshooting",
            "Read an error without fear, describe it well, and know when going back beats going on.",
            2,
            25,
        ),
        ModuleDraft(
            "Refining",
            "Words, spacing, phones. Ten small requests that make a draft look finished.",
            2,
            20,
        ),
        ModuleDraft(
            "Deploy and review",
            "Publish, try it on a stranger, and write down what the next version needs.",
            2,
            15,
        ),
    ),
    objectives=(
        "Turn an idea into a one-page plan",
        "Work with an assistant in small, checked steps",
        "Recognize the common ways in which it goes wrong",
        "Keep the code in a repository of your own",
        "Repair an error instead of starting over",
        "Publish an app that other people can open",
    ),
    audience=(
        "Founders who want to show instead of tell",
        "Designers who want their drafts to move",
        "Teachers and organizers with a small tool in mind",
        "Graduates of Intro to Claude Code",
    ),
    required=("Intro to Claude Code, or the same knowledge", "A computer with a terminal", "A free GitHub account"),
    nice_to_have=("An idea that fits on three screens", "A taste for trying things out"),
    not_required=("A programming language", "Experience with hosting", "Design skills"),
    tags=("vibe coding", "web apps", "github", "claude code", "beginners"),
)
