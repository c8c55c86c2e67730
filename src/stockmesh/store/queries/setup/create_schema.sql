-- An empty schema to build in.
CREATE SCHEMA public
