"""`hsc backup` and `hsc restore`: what must not be lost, and getting it back."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from hsc_rpc.errors import Failure

from hsc_cli import failures
from hsc_cli.output import Output

_KEY = click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="HSC_BACKUP_KEY",
    help="File with an age key (env HSC_BACKUP_KEY); without one nothing is encrypted.",
)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON value a line, for programs.")


@click.command()
@click.option(
    "--to", "where", default="backups", envvar="HSC_BACKUP_TO", show_default=True,
    help="A folder or s3://bucket/prefix (env HSC_BACKUP_TO).",
)  # fmt: skip
@click.option("--verify/--no-verify", help="Restore it into servers of its own and look, before it counts.")
@click.option("--prove", metavar="STAMP", help="Take none: prove this one, which was taken before.")
@click.option("--list", "listing", is_flag=True, help="Take none: list those there are.")
@click.option("--keep-days", type=click.FloatRange(min=0), default=7, show_default=True, help="Forget older ones.")
@_KEY
@_AS_JSON
def backup(
    where: str, verify: bool, prove: str | None, listing: bool, keep_days: float, key_file: Path | None, as_json: bool
) -> None:
    """Back up PostgreSQL, Redis and the manuals' bytes.

    The stores are those of DATABASE_URL, REDIS_URL and BLOB_URL, else those of the local stack in HSC_HOME.
    """
    out = Output(as_json)

    def body() -> None:
        # What is heavy to import is imported when it is needed: every other command starts without it.
        from hsc_cli.backup import stores, taking
        from hsc_cli.backup.sealing import Key
        from hsc_cli.backup.vault import Vault, opened

        vault = Vault(opened(where))
        if listing:
            manifests = [vault.manifest(stamp) for stamp in vault.stamps()]
            for each in manifests:
                out.result({"stamp": each.stamp, "bytes": each.size, "proven_at": each.proven_at})
            rows = [(m.stamp, m.size, len(m.blobs), _moment(m.proven_at), m.encrypted) for m in manifests]
            out.table(("backup", "bytes", "blobs", "proven", "encrypted"), rows)
            return
        key = Key.read(key_file) if key_file else None
        found = stores.find()
        if prove:
            manifest = taking.prove_again(found, vault, prove, key, out.note)
        else:
            manifest = taking.take(found, vault, key, verify=verify, keep=timedelta(days=keep_days), say=out.note)
        out.result({"stamp": manifest.stamp, "bytes": manifest.size, "proven_at": manifest.proven_at})
        said = "proven" if manifest.proven_at else "not proven: `hsc backup --prove` restores it elsewhere and looks"
        out.say(f"backup {manifest.stamp}: {said}")

    _end(out, body)


@click.command()
@click.argument("what", type=click.Choice(("all", "postgres", "redis", "blobs")))
@click.argument("named", metavar="[STAMP|FILE]", required=False)
@click.option(
    "--from", "where", default="backups", envvar="HSC_BACKUP_TO", show_default=True,
    help="Where backups are (env HSC_BACKUP_TO).",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask: what the stores hold now is replaced.")
@_KEY
@_AS_JSON
def restore(what: str, named: str | None, where: str, yes: bool, key_file: Path | None, as_json: bool) -> None:
    """Replace what the stores hold by a backup: the newest proven one, or the one of a STAMP, or of a FILE of it.

    Stop the services first, start them afterwards: what they remember is of before.
    """
    out = Output(as_json)

    def body() -> None:
        from hsc_cli.backup import restoring, stores
        from hsc_cli.backup.errors import misused
        from hsc_cli.backup.sealing import Key
        from hsc_cli.backup.vault import Vault, opened

        place, stamp = _place(where, named)
        vault = Vault(opened(place))
        known = [vault.manifest(stamp)] if stamp else [vault.manifest(each) for each in vault.stamps()]
        manifest = next((each for each in known if stamp or each.proven_at), None)
        if manifest is None:
            raise misused(f"no backup in {place} was proven: name one by its stamp (`hsc backup --list`)")
        key = Key.read(key_file) if key_file else None
        found = stores.find()
        if not yes:
            if not sys.stdin.isatty():
                raise misused("a restore replaces what is there: say --yes")
            click.confirm(f"Replace {what} by the backup {manifest.stamp}?", abort=True, err=True)
        parts = restoring.PARTS if what == "all" else (what,)
        restoring.restore(found, vault, manifest, key, parts, out.note)
        out.result({"restored": list(parts), "stamp": manifest.stamp})
        out.say(f"restored {what} from {manifest.stamp}; start the services now")

    _end(out, body)


@click.command("backup-key")
def backup_key() -> None:
    """Make a key for encrypted backups. Keep it where the backups are not."""
    from hsc_cli.backup.sealing import Key

    click.echo(Key.made(), nl=False)


def _place(where: str, named: str | None) -> tuple[str, str | None]:
    """Where a backup is and its stamp, from a stamp or from the path of a file of it. Raises Failure."""
    from hsc_cli.backup.errors import misused
    from hsc_cli.backup.manifest import moment

    if named is None:
        return where, None
    folder, _, name = named.rpartition("/")
    stamp = name.partition("-")[2].partition(".")[0] or name
    try:
        moment(stamp)
    except ValueError:
        raise misused(
            f"{named} is no backup: a stamp is YYYYMMDD_HHMMSS, a file redis-YYYYMMDD_HHMMSS.rdb.gz"
        ) from None
    return folder or ("." if "-" in name else where), stamp


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M") if at else "no"


def _end(out: Output, body: Callable[[], None]) -> None:
    # What is written is the operator's alone.
    os.umask(0o077)
    try:
        body()
    except Failure as failure:
        out.failure(failure)
        sys.exit(failures.exit_code(failure))
    except KeyboardInterrupt:
        out.note("interrupted")
        sys.exit(failures.INTERRUPTED)
