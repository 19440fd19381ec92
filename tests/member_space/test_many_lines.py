"""Files as long as the back office's: flat memory, nothing rewritten that stays as it is, an interruption between batches."""

import gc
import tracemalloc

import pytest
from sqlalchemy import text
from support.many_reimbursements import write

from member_space.reimbursements.reimbursement_import import REIMBURSEMENTS, ReimbursementRow
from shared.imports.report import Report
from shared.imports.run import BATCH, Progress, import_file

ROWS = "select number, xmin::text, xmax::text, ctid::text from reimbursement order by number"
"""What changes when a row is written, or only locked."""


async def rows(database, query: str = ROWS) -> list[tuple]:
    async with database.unit_of_work() as work:
        return [tuple(row) for row in await work.session.execute(text(query))]


async def test_memory_does_not_grow_with_the_file(database, tmp_path) -> None:
    path = tmp_path / "many.csv"

    async def load(lines: int) -> None:
        write(path, lines)
        async with database.unit_of_work() as work:
            await work.session.execute(text("delete from reimbursement"))
        with Report(tmp_path / "report.csv") as report:
            assert await import_file(REIMBURSEMENTS, path, database, report, Progress()) == lines

    async def peak(lines: int) -> int:
        gc.collect()
        tracemalloc.start()
        try:
            await load(lines)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    await load(20_000)  # fills what is remembered of tariffs and days, which has a bound of its own
    three_batches = await peak(3 * BATCH)
    # all of it at once takes three times as much; what waits for the garbage collector differs from run to run
    assert await peak(20_000) < 2 * three_batches
    assert await rows(database, "select count(*), count(distinct statement) from reimbursement") == [(20_000, 10_000)]


async def test_a_file_loaded_again_writes_no_row_and_a_changed_line_its_own_alone(load, database, tmp_path) -> None:
    path = tmp_path / "many.csv"
    write(path, 2 * BATCH + 10)
    await load(REIMBURSEMENTS, path)
    before = await rows(database)
    assert await load(REIMBURSEMENTS, path) == (2 * BATCH + 10, "ligne;colonne;motif\n")
    assert await rows(database) == before
    lines = path.read_text().splitlines(keepends=True)
    lines[BATCH] = lines[BATCH].replace(";Camille;", ";Dominique;")
    path.write_text("".join(lines))
    await load(REIMBURSEMENTS, path)
    after = await rows(database)
    assert [one[0] for one, other in zip(after, before, strict=True) if one != other] == [lines[BATCH].split(";")[1]]
    assert await rows(database, "select count(*) from reimbursement where beneficiary = 'Dominique'") == [(1,)]


async def test_refused_lines_of_a_batch_are_told_in_the_order_of_the_file(load, database, tmp_path) -> None:
    path = tmp_path / "many.csv"
    write(path, 30)
    await load(REIMBURSEMENTS, path)
    lines = path.read_text().splitlines(keepends=True)
    lines[5] = lines[5].replace("BENCH-0", "OTHER-0", 1)
    lines[11] = lines[11].replace(";Camille;", ";;")
    lines[20] = lines[20].replace("BENCH-0", "OTHER-0", 1)
    lines[25] = lines[25].replace(";Camille;", ";Dominique;")
    path.write_text("".join(lines))
    loaded, report = await load(REIMBURSEMENTS, path)
    assert loaded == 27
    reason = "ce numéro est déjà celui du remboursement d’une autre personne"
    assert report.splitlines()[1:] == [
        f"6;number;{reason}", "12;beneficiary;valeur manquante", f"21;number;{reason}",
    ]  # fmt: skip
    assert await rows(database, "select count(*) from reimbursement where beneficiary = 'Dominique'") == [(1,)]


async def test_of_two_persons_who_claim_a_new_number_the_first_has_it(load, database, tmp_path) -> None:
    path = tmp_path / "many.csv"
    write(path, 1)
    header, line = path.read_text().splitlines()
    loaded, report = await load(REIMBURSEMENTS, f"{header}\n{line}\n{line.replace('BENCH-0', 'OTHER-0', 1)}\n{line}\n")
    assert loaded == 2
    assert [told.split(";")[:2] for told in report.splitlines()[1:]] == [["3", "number"]]


async def test_an_interruption_leaves_whole_batches_and_nothing_staged(database, tmp_path) -> None:
    path = tmp_path / "many.csv"
    write(path, 3 * BATCH)

    class Stop(Progress):
        def at(self, position: int, line: int) -> None:
            raise KeyboardInterrupt

    with Report(tmp_path / "report.csv") as report, pytest.raises(KeyboardInterrupt):
        await import_file(REIMBURSEMENTS, path, database, report, Stop())
    assert await rows(database, "select count(*) from reimbursement") == [(BATCH,)]
    assert await rows(database, "select count(*) from pg_temp.staged_reimbursement") == [(0,)]
    with Report(tmp_path / "report.csv") as report:
        assert await import_file(REIMBURSEMENTS, path, database, report, Progress()) == 3 * BATCH
    assert await rows(database, "select count(*) from reimbursement") == [(3 * BATCH,)]


def test_every_column_of_the_file_reaches_the_table() -> None:
    told = set(ReimbursementRow.model_fields) - {"reference"} | {"person_id"}
    from member_space.models import Reimbursement

    assert told == set(Reimbursement.model_fields)
