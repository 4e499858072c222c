"""The priority of a thread in another process of ours, which can only be lowered."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Final

LAST: Final = 19
"""The nice value of what shall only take the time that nobody else wants."""


def lower(thread: int, steps: int) -> None:
    """Lower the priority of a thread, unless it has ended or is that low already.

    A nice value gives others a larger share, but lets them wait until a turn is over, for tens of
    milliseconds if there are several of that priority. Linux knows a policy for what shall give way
    at once, to anybody; it goes with the last nice value.

    Args:
        thread: its number in the system.
        steps: how far below this process; `LAST` is the lowest that there is.
    """
    nice = min(LAST, os.getpriority(os.PRIO_PROCESS, 0) + steps)
    with suppress(OSError):
        # First, as the thread looks at this value to know whether anything was changed.
        os.setpriority(os.PRIO_PROCESS, thread, nice)
    if steps == LAST and sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(thread, os.SCHED_IDLE, os.sched_param(0))
