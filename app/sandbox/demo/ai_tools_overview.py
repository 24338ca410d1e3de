"""AI Tools Overview."""

from app.domains.courses.types import ModuleDraft
from app.sandbox.demo.cast import PRIYA, TARO
from app.sandbox.demo.course import DemoCourse

AI_TOOLS_OVERVIEW = DemoCourse(
    title="AI Tools Overview",
    tagline="Find the five tools you need among the five thousand you hear about.",
    description=(
        "New AI tools appear every week, and trying them all is a job of its own. In two sessions you and your teacher "
        "sort the field into a handful of kinds, try the strongest of each on a task of your own, and settle on a small "
        "kit that fits your work. You leave with a way to judge the next tool in ten minutes instead of an afternoon."
    ),
    creator=PRIYA,
    teachers=(PRIYA, TARO),
    modules=(
        ModuleDraft(
            "AI categories, and what to do about the overwhelm",
            "A map with six regions. Every tool you have heard of gets its place, and most may be forgotten at once.",
            1,
            20,
        ),
        ModuleDraft(
            "Writing tools",
            "One letter, three assistants: compare tone, facts and effort, and learn to brief them like a colleague.",
            1,
            30,
        ),
        ModuleDraft(
            "Coding tools",
            "From completion to agents: what they do for people who program, and for people who never will.",
            1,
            25,
        ),
        ModuleDraft(
            "A framework for deciding",
            "Five questions on cost, privacy, quality, lock-in and habit that turn curiosity into a yes or a no.",
            1,
            15,
        ),
        ModuleDraft(
            "Image and video",
            "Make, change and animate a picture; read the licence before you print it.",
            2,
            30,
        ),
        ModuleDraft(
            "Everything else: sound, meetings, research",
            "Transcripts, summaries and answers with sources, and how to notice when a source does not exist.",
            2,
            20,
        ),
        ModuleDraft(
            "Your personal toolkit",
            "Choose three to five tools for your own week and set them up together with your teacher.",
            2,
            20,
        ),
        ModuleDraft(
            "Staying current without drowning",
            "A monthly half hour, two sources worth reading, and a list of what you decided not to use.",
            2,
            20,
        ),
    ),
    objectives=(
        "Sort any AI tool into one of a few kinds",
        "Brief a writing assistant so that the first draft is useful",
        "Tell what coding tools can and cannot do for you",
        "Make and edit images with a clear idea of the licence",
        "Judge a new tool with five questions",
        "Run a personal kit of three to five tools",
        "Keep up in half an hour a month",
    ),
    audience=(
        "Professionals who feel late to AI",
        "Small teams that must choose tools for everybody",
        "Freelancers who want their evenings back",
        "The curious of any age",
    ),
    required=("A computer with a current browser", "An e-mail address for trial accounts"),
    nice_to_have=("A task from your own work to try things on",),
    not_required=("Programming", "Paid subscriptions", "Mathematics"),
    tags=("ai tools", "productivity", "writing", "images", "beginners"),
)
