"""PostgreSQL as a plain SQL file: dumped in one snapshot, restored whole or not at all."""

import gzip
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from hsc_cli.backup import programs
from hsc_cli.backup.errors import failed, refused

Counts = dict[str, int]

_END = b"PostgreSQL database dump complete"
_LONGEST_S = 6 * 3600
# libpq's names for what a URL may say. A password on a command line could be read by everybody on the machine.
_VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
_SCHEMAS = r"""
SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public') ORDER BY 1
"""
_TABLES = r"""
SELECT table_schema, table_name FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema !~ '^pg_' AND table_schema <> 'information_schema' ORDER BY 1, 2
"""


def major(url: str) -> int:
    """Return the server's release. Raises Failure where it cannot be reached."""
    with _connected(url) as connection:
        return connection.info.server_version // 10_000


def dump(url: str, path: Path) -> Counts:
    """Write the database into `path`, compressed, and return each table's rows as they are in it. Raises Failure."""
    with _connected(url) as connection:
        program = programs.postgres(connection.info.server_version // 10_000) / "pg_dump"
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # What is counted here is what the dump sees, whatever is written meanwhile.
        [snapshot] = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        counts = count(connection)
        command: list[str | Path] = [
            program,
            f"--snapshot={snapshot}",
            "--no-owner",
            "--no-privileges",
            "--compress=6",
            f"--file={path}",
        ]
        _run("pg_dump", command, url)
    _check_whole(path)
    return counts


def restore(url: str, path: Path) -> None:
    """Replace what the database holds by what `path` holds, in one transaction: a Failure changes nothing."""
    _check_whole(path)
    with _connected(url) as connection:
        program = programs.postgres(connection.info.server_version // 10_000) / "psql"
        schemas = [name for (name,) in connection.execute(_SCHEMAS).fetchall()]
        drops = [
            sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE;").format(sql.Identifier(str(name))).as_string(connection)
            for name in schemas
        ]
    # A service that holds a table must not keep us waiting for ever.
    first = "\n".join(["SET lock_timeout = '30s';", *drops])
    command: list[str | Path] = [
        program,
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--file=-",
    ]
    with (
        gzip.open(path) as text,
        subprocess.Popen(  # noqa: S603 a program we found
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(url),
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stderr is not None
        try:
            process.stdin.write(first.encode() + b"\n")
            while block := text.read(1024 * 1024):
                process.stdin.write(block)
            process.stdin.close()
        except BrokenPipeError:
            pass
        said = process.stderr.read(4096).decode("utf-8", "replace")
        if process.wait(_LONGEST_S):
            raise refused(f"PostgreSQL takes the dump back as a whole or not at all, and refused it: {_last(said)}")


def count(connection: psycopg.Connection[tuple[object, ...]]) -> Counts:
    """Return the rows of every table, by `schema.table`."""
    counts: Counts = {}
    for schema, table in connection.execute(_TABLES).fetchall():
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(str(schema), str(table)))
        [rows] = connection.execute(query).fetchone() or (0,)
        counts[f"{schema}.{table}"] = int(str(rows))
    return counts


def environment(url: str) -> Mapping[str, str]:
    """Return the environment in which PostgreSQL's programs find the database of `url`."""
    said = conninfo_to_dict(url)
    found = {variable: str(said[name]) for name, variable in _VARIABLES.items() if said.get(name)}
    return {"PATH": os.environ.get("PATH", ""), "PGCONNECT_TIMEOUT": "10", **found}


def _connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(url, connect_timeout=10, application_name="hsc-backup")
    except psycopg.Error:
        raise failed("PostgreSQL cannot be reached at DATABASE_URL") from None


def _run(name: str, command: list[str | Path], url: str) -> None:
    done = subprocess.run(command, env=environment(url), capture_output=True, timeout=_LONGEST_S, check=False)  # noqa: S603
    if done.returncode:
        raise failed(f"{name} ended with {done.returncode}: {_last(done.stderr.decode('utf-8', 'replace'))}")


def _check_whole(path: Path) -> None:
    """A dump that was cut off, anywhere, is none."""
    tail = b""
    try:
        with gzip.open(path) as text:
            while block := text.read(1024 * 1024):
                tail = (tail + block)[-512:]
    except (OSError, EOFError) as error:
        raise failed(f"{path.name} is cut off or damaged: {error}") from None
    if _END not in tail:
        raise failed(f"{path.name} does not end as a whole dump does")


def _last(said: str) -> str:
    lines = [line for line in said.strip().splitlines() if line]
    return lines[-1][:300] if lines else "it does not say why"
