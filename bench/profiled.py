"""`app.main` under cProfile: what the event loop's thread does. Prints the top of the profile when it is stopped."""

import cProfile
import pstats
import signal

from app.core.config import load_settings
from app.main import serve

_SHOWN = 45

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)  # uvicorn stops, then hands the signal on to this
    profile = cProfile.Profile()
    profile.runcall(serve, load_settings())
    pstats.Stats(profile).sort_stats("tottime").print_stats(_SHOWN)
