-- Everything goes.
DROP SCHEMA public CASCADE
