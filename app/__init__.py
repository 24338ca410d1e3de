"""PeerLoop's backend: learn, certify, teach, earn."""

import sys

# httpx imports its own command line, and with it rich and pygments: memory that a server never uses. Python answers
# the import of a module that is None here with ImportError, and httpx does without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
