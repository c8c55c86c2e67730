"""PostgreSQL: schema, migrations, named queries in .sql files, embedded server."""
