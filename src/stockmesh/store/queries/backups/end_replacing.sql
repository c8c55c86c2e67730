-- A restore was whole: only now is it kept.
COMMIT;
