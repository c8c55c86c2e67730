-- Whoever is about to write a shop's secret: together with others, but not beside a rotation.
LOCK TABLE shop IN ROW EXCLUSIVE MODE
