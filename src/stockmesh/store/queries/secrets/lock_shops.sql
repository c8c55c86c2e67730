-- A rotation: nobody else writes a shop's secret until it has ended; reading goes on.
LOCK TABLE shop IN EXCLUSIVE MODE
