"""The command `placet`.

Nothing heavy is imported before a command runs, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer

from bot.commands import audit, callbacks, exit_codes, init, keys, policy, teams
from bot.commands.backup import backup
from bot.commands.console import remark
from bot.commands.demo import demo
from bot.commands.doctor import doctor
from bot.commands.erase import erase
from bot.commands.export import export
from bot.commands.inbox import inbox_link
from bot.commands.migrate import migrate
from bot.commands.misread import PlainGroup
from bot.commands.openapi import openapi
from bot.commands.request import request
from bot.commands.restore import restore
from bot.commands.serve import serve, worker
from bot.commands.stats import stats
from bot.domain.errors import Misconfigured, PlacetError

app = typer.Typer(
    name="placet",
    cls=PlainGroup,
    help="People approve, in the chat they have open, what AI agents are about to do.",
    epilog=exit_codes.HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def placet(version: bool = typer.Option(False, "--version", help="Print the version and end.")) -> None:
    """People approve, in the chat they have open, what AI agents are about to do."""
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"placet {version_of('placet')}")
        raise typer.Exit


app.command()(demo)
app.command()(serve)
app.command()(worker)
app.command()(init.init)
app.command()(doctor)
app.command()(migrate)
app.command()(backup)
app.command()(restore)
app.add_typer(policy.app, name="policy")
app.add_typer(keys.app, name="keys")
app.command()(request)
app.command()(erase)
app.command()(export)
app.command("inbox-link")(inbox_link)
app.add_typer(audit.app, name="audit")
app.add_typer(callbacks.app, name="callbacks")
app.command()(stats)
app.command()(openapi)
app.add_typer(teams.app, name="teams")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process; what goes wrong is told in one sentence."""
    try:
        app(args=None if arguments is None else list(arguments))
    except PlacetError as error:
        remark(error.sentence)
        sys.exit(exit_codes.MISUSED if isinstance(error, Misconfigured) else exit_codes.FAILED)
    except BrokenPipeError:
        # The reader of the output went away, as `head` does; nobody is left to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(exit_codes.FAILED)


if __name__ == "__main__":
    main()
