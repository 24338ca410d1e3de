"""Intro to n8n."""

from app.domains.courses.types import ModuleDraft
from app.sandbox.demo.cast import MO, PAULA, TARO, TESS
from app.sandbox.demo.course import DemoCourse

INTRO_TO_N8N = DemoCourse(
    title="Intro to n8n",
    tagline="Let software do the copying and pasting.",
    description=(
        "n8n connects the programs you use: something happens here, a decision is made, something is written there. In "
        "two sessions you build automations by drawing them, learn what the data look like on every line, and test them "
        "before they touch anything real. The last half hour is a project: a form that answers by itself."
    ),
    creator=MO,
    teachers=(TESS, TARO),
    paused=(PAULA,),
    modules=(
        ModuleDraft(
            "What is n8n, and how to set it up",
            "Cloud or own machine, the parts of the editor, and a first workflow that says hello.",
            1,
            20,
        ),
        ModuleDraft(
            "Core concepts and data",
            "Nodes, connections, items. Follow one record through the workflow and see every change.",
            1,
            25,
        ),
        ModuleDraft(
            "First workflows",
            "Build two small helpers: a daily digest and a reminder that knows about weekends.",
            1,
            25,
        ),
        ModuleDraft(
            "Triggers and the flow of data",
            "By clock, by webhook, by event: what starts a workflow, and what it knows when it starts.",
            1,
            20,
        ),
        ModuleDraft(
            "Integrations with apps",
            "Give access to your mail and your tables with as few rights as possible, and take it back again.",
            2,
            20,
        ),
        ModuleDraft(
            "Conditions and several steps",
            "Branches, merges and loops, kept so simple that you still understand them in a year.",
            2,
            25,
        ),
        ModuleDraft(
            "Testing and templates",
            "Pin data, replay a failure, and borrow from the library without importing somebody else's mistakes.",
            2,
            20,
        ),
        ModuleDraft(
            "Final project: answering a form",
            "A form comes in, its text is understood, the right person is told and the sender gets an answer.",
            2,
            25,
        ),
    ),
    objectives=(
        "Set up n8n in the cloud or on your own machine",
        "Read and shape the data between two steps",
        "Start workflows by clock, webhook and event",
        "Connect apps with as few rights as possible",
        "Build branches that stay readable",
        "Test a workflow without touching anything real",
        "Deliver a complete form-to-answer automation",
    ),
    audience=(
        "People who repeat the same clicks every week",
        "Owners of small businesses without an IT department",
        "Assistants and coordinators who hold everything together",
        "Makers who want to glue services to each other",
    ),
    required=("A computer with a current browser", "An e-mail account you may experiment with"),
    nice_to_have=("A task you repeat often", "Having used a spreadsheet formula"),
    not_required=("Programming", "A server of your own", "Experience with other automation tools"),
    tags=("n8n", "automation", "no-code", "webhooks", "beginners"),
)
