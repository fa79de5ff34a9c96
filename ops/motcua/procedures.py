"""``motcua procedures``: look at a workbook of procedures before it is imported, and write the office's own as one.

Both work on the office's files alone. What runs is changed and exported over HTTP, where the caller's role is known and
the import is recorded (docs/operators/procedures.md).
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from motcua.office import VIETNAM
from office import Office, OfficeFaults, load_office
from office.spreadsheet import MOST_BYTES, SheetFaults, prepare, write_csv, write_xlsx
from office.succession import Changes

OFFICE = click.option(
    "--office",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("infra/office"),
    envvar="MOTCUA_OFFICE_DIR",
    show_default=True,
    help="Folder of the office's YAML files.",
)


@click.group("procedures")
def group() -> None:
    """Check and export the procedures (thủ tục hành chính) as spreadsheets."""


@group.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@OFFICE
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the import; today if absent.")
def check(path: Path, folder: Path, on: datetime | None) -> None:
    """Say what PATH would change of the office's files, or all its faults; nothing is changed.

    PATH is a workbook (xlsx), a zip of CSV files, one CSV file, or a folder of CSV files.
    """
    office, day = _office(folder), on.date() if on else datetime.now(VIETNAM).date()
    try:
        changes = prepare(_files(path), office=office, current=office.all_procedures, today=day)
    except SheetFaults as faults:
        for fault in faults.faults:
            click.echo(str(fault), err=True)
        raise click.ClickException(f"{len(faults.faults)} faults; nothing can be imported") from None
    for line in _lines(changes):
        click.echo(line)


@group.command()
@OFFICE
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Workbook to write.")
@click.option("--csv", "csv_folder", type=click.Path(file_okay=False, path_type=Path), help="Folder for CSV files.")
def export(folder: Path, xlsx: Path | None, csv_folder: Path | None) -> None:
    """Write the procedures of the office's files in the shape that is imported."""
    if xlsx is None and csv_folder is None:
        raise click.UsageError("name --xlsx FILE, --csv FOLDER, or both")
    procedures = _office(folder).all_procedures
    if xlsx is not None:
        xlsx.write_bytes(write_xlsx(procedures))
        click.echo(f"written: {xlsx}")
    if csv_folder is not None:
        csv_folder.mkdir(parents=True, exist_ok=True)
        for name, content in write_csv(procedures).items():
            (csv_folder / name).write_bytes(content)
            click.echo(f"written: {csv_folder / name}")


def _office(folder: Path) -> Office:
    try:
        return load_office(folder)
    except OfficeFaults as faults:
        raise click.ClickException(f"the office's own files have faults\n{faults}") from None


def _files(path: Path) -> dict[str, bytes]:
    found = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    if not found:
        raise click.ClickException(f"{path}: no CSV file in this folder")
    if sum(one.stat().st_size for one in found) > MOST_BYTES:
        raise click.ClickException(f"{path}: larger than {MOST_BYTES // 1024} KiB")
    return {one.name: one.read_bytes() for one in found}


def _lines(changes: Changes) -> list[str]:
    lines = [f"added    {row.code} from {row.valid_from}  {row.name_vi}" for row in changes.added]
    for change in changes.changed:
        row = change.version
        lines.append(f"changed  {row.code} from {row.valid_from}  {', '.join(change.fields)}")
    lines += [f"ended    {row.code} from {row.valid_from}  {_until(row.valid_to)}" for row in changes.ended]
    return lines or ["nothing would change"]


def _until(day: date | None) -> str:
    return f"until {day}" if day else "without end"
