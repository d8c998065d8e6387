"""The reckoner: tables in, tables out. Pure expressions in Ibis, the same on DuckDB and on Spark; no Django."""
