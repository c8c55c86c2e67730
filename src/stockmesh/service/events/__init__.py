"""Events on their way out: the tide of new ones, the streams that follow it, the work of timers."""
