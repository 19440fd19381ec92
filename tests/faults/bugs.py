"""A bug that real handlers meet: the database refuses what they write about some people, until it is mended."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from faults.whole import Told
from support.producers import EFFECTS, fields
from support.system import Running

_BREAK = """
    create table if not exists bug (value text not null);
    create or replace function meet_bug() returns trigger language plpgsql security definer as $$ begin
      if exists (select from public.bug where value = to_jsonb(new) ->> tg_argv[0]) then raise exception 'a bug'; end if;
      return new;
    end $$;
    insert into bug values {values};
    create or replace trigger meet_bug before insert on {table} for each row execute function meet_bug('{column}')
"""
_MEND = "drop trigger meet_bug on {table}; delete from bug"


@contextmanager
def bug_about(running: Running, told: Sequence[Told]) -> Iterator[None]:
    """For as long as the block lasts, no effect of these messages can be written, in any service."""
    sql = running.system.postgres.sql
    values: dict[tuple[str, str, str], list[str]] = {}
    for _, document, kind in told:
        for effect in EFFECTS[kind.name]:
            place = (effect.package, effect.table, effect.column)
            values.setdefault(place, []).append(f"('{fields(document)[effect.field]}')")
    for (package, table, column), some in values.items():
        sql(_BREAK.format(table=table, column=column, values=", ".join(some)), database=package)
    try:
        yield
    finally:
        for package, table, _ in values:
            sql(_MEND.format(table=table), database=package)
