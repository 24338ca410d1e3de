"""Intro to Claude Code."""

from app.domains.courses.types import ModuleDraft
from app.sandbox.demo.cast import PRIYA, TESS
from app.sandbox.demo.course import DemoCourse

INTRO_TO_CLAUDE_CODE = DemoCourse(
    title="Intro to Claude Code",
    tagline="Hand real work to an assistant in your terminal, and stay in charge.",
    description=(
        "Claude Code reads your files, proposes a plan and does the work while you watch. This course takes you from the "
        "first start to a routine you can trust: how to give it memory, how to keep its attention on what matters, what "
        "to allow and what never to. You work on a small project of your own, and your teacher looks over your shoulder."
    ),
    creator=PRIYA,
    teachers=(PRIYA, TESS),
    modules=(
        ModuleDraft(
            "Introduction and setup",
            "Install it, log in, and let it explain a folder that you already have.",
            1,
            20,
        ),
        ModuleDraft(
            "CLAUDE.md and memory",
            "Write down once what you would otherwise repeat every day, and see what changes.",
            1,
            20,
        ),
        ModuleDraft(
            "Context",
            "Why long conversations get worse, how to notice it, and how to start afresh without losing the thread.",
            1,
            25,
        ),
        ModuleDraft(
            "Tools and permissions",
            "What it may read, change and run. Set limits that you can live with and understand each question it asks.",
            1,
            20,
        ),
        ModuleDraft(
            "Planning and thinking",
            "Ask for a plan first, argue with it, and only then let it begin.",
            2,
            30,
        ),
        ModuleDraft(
            "Slash commands",
            "The built-in ones worth knowing, and one of your own for a chore you do every week.",
            2,
            25,
        ),
        ModuleDraft(
            "A real-world workflow",
            "From a wish to a reviewed change: explore, plan, do, check, keep. You drive, your teacher comments.",
            2,
            30,
        ),
    ),
    objectives=(
        "Install Claude Code and find your way around a session",
        "Keep a CLAUDE.md that saves you from repeating yourself",
        "Notice when context runs short, and recover",
        "Decide what the assistant may do by itself",
        "Work from a plan that you have questioned",
        "Write a slash command of your own",
        "Carry a small change from wish to review",
    ),
    audience=(
        "People who have ideas for software and no team",
        "Analysts and writers with folders full of files",
        "Developers who want a calm start",
        "Team leads who must judge what such assistants are good for",
    ),
    required=("A computer with a terminal", "A Claude account"),
    nice_to_have=("A small project or a folder of documents to work on", "Having opened a terminal before"),
    not_required=("Programming", "Knowledge of Git", "A powerful computer"),
    tags=("claude code", "ai agents", "terminal", "productivity", "beginners"),
)
