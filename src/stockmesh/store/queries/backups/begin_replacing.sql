-- A restore begins: what stands there goes, unless the script turns out not to be whole.
BEGIN;
DROP SCHEMA public CASCADE;
