"""How Alembic reaches the database: one connection through psycopg, plain SQL, no models."""

import sqlalchemy
from alembic import context

url = sqlalchemy.make_url(context.config.attributes["url"]).set(drivername="postgresql+psycopg")
engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, version_table="schema_version")
    with context.begin_transaction():
        context.run_migrations()
