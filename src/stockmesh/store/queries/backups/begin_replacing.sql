-- A restore begins: what is written from here on is kept only once it has turned out to be whole.
BEGIN
