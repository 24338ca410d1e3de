"""Who may read what a course shares, and who may change it."""

from enum import Enum, auto


class Access(Enum):
    """What somebody is to a shelf of resources: all of them, those that are public, or not even that there are any."""

    MANAGE = auto()
    READ = auto()
    PUBLIC = auto()
    NONE = auto()
