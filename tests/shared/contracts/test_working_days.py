from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.contracts.closed_days import ClosedDays, parse_closed_days
from shared.contracts.working_days import WorkingDays
from shared.settings import ProgramSettings, load_settings

MON_FRI = WorkingDays.parse("mon-fri")


def days(*texts: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-11-27", True),  # a Friday
        ("2026-11-28", False),
        ("2026-11-29", False),
        ("2026-04-03", True),  # Good Friday
        ("2026-04-06", False),  # Easter Monday
        ("2026-05-01", False),  # on a Friday
        ("2028-05-01", False),  # on a Monday
        ("2027-05-01", False),  # on a Saturday
        ("2027-05-03", True),  # nothing is made up for it
        ("2026-05-14", False),  # Ascension
        ("2026-05-15", True),  # the day after it, where nobody takes a bridge day
        ("2026-12-25", False),
        ("2028-12-26", True),  # a Tuesday, outside Alsace and Moselle
        ("2026-12-31", True),
        ("2027-01-01", False),
    ],
)
def test_monday_to_friday_less_the_holidays(day, worked):
    assert MON_FRI.is_worked(date.fromisoformat(day)) is worked


def test_who_never_rests_works_on_holidays_and_sundays_too():
    always = WorkingDays.parse("mon-sun,holidays")
    assert all(always.is_worked(date(2026, 1, 1) + timedelta(days=number)) for number in range(365))
    assert not (always & WorkingDays.parse("mon-fri")).is_worked(date(2026, 5, 1)), "the other one rests"
    assert (always & always).is_worked(date(2026, 5, 1))
    assert not always.closed_on(frozenset({date(2026, 5, 1)})).is_worked(date(2026, 5, 1))


def test_alsace_and_moselle_rest_on_two_days_more():
    local = WorkingDays.parse("mon-fri,alsace-moselle")
    assert not local.is_worked(date(2026, 4, 3))
    assert not local.is_worked(date(2028, 12, 26))
    assert local.is_worked(date(2026, 4, 2))


def test_a_holiday_is_not_worked_on_a_weekday_that_few_work():
    every_day = WorkingDays.parse("mon-sun")
    assert every_day.is_worked(date(2026, 5, 2))
    assert every_day.is_worked(date(2026, 11, 29))
    assert not every_day.is_worked(date(2026, 8, 15)), "a Saturday, Assumption"
    assert not every_day.is_worked(date(2026, 11, 1)), "a Sunday, All Saints"


@pytest.mark.parametrize(
    ("day", "following"),
    [
        ("2026-11-27", "2026-11-27"),
        ("2026-11-28", "2026-11-30"),
        ("2026-04-04", "2026-04-07"),  # Easter
        ("2026-05-01", "2026-05-04"),
        ("2026-12-25", "2026-12-28"),
        ("2027-01-01", "2027-01-04"),
        ("2027-12-25", "2027-12-27"),
    ],
)
def test_the_day_itself_or_the_next_worked_one(day, following):
    assert MON_FRI.on_or_after(date.fromisoformat(day)) == date.fromisoformat(following)


@pytest.mark.parametrize(
    ("day", "counted", "following"),
    [
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-28", 1, "2026-11-30"),  # a Saturday is not counted
        ("2026-11-27", 5, "2026-12-04"),
        ("2026-05-07", 1, "2026-05-11"),  # 8 May is a Friday
        ("2026-05-13", 2, "2026-05-18"),
        ("2026-12-23", 3, "2026-12-29"),
        ("2026-12-31", 1, "2027-01-04"),
    ],
)
def test_worked_days_after_a_day(day, counted, following):
    assert MON_FRI.after(date.fromisoformat(day), counted) == date.fromisoformat(following)


@pytest.mark.parametrize("counted", [0, -1])
def test_days_are_counted_forward(counted):
    with pytest.raises(ValueError, match="counted forward, from 1"):
        MON_FRI.after(date(2026, 11, 27), counted)


def test_a_bridge_day_of_the_shop_is_worked_by_the_mutual_alone():
    shop = MON_FRI.closed_on(days("2026-05-15", "2026-07-13"))
    both = MON_FRI & shop
    assert MON_FRI.on_or_after(date(2026, 5, 14)) == date(2026, 5, 15)
    assert shop.on_or_after(date(2026, 5, 14)) == date(2026, 5, 18)
    assert both.on_or_after(date(2026, 5, 14)) == date(2026, 5, 18)
    assert both.after(date(2026, 7, 10)) == date(2026, 7, 15), "closed on Monday, 14 July on Tuesday"


def test_what_is_closed_is_added_to_what_was():
    shop = MON_FRI.closed_on(days("2026-12-24")).closed_on(days("2026-12-31"))
    assert shop.after(date(2026, 12, 23)) == date(2026, 12, 28)
    assert shop.after(date(2026, 12, 30)) == date(2027, 1, 4)
    assert MON_FRI.after(date(2026, 12, 23)) == date(2026, 12, 24), "the calendar that it was made from stays as it is"


def test_both_work_where_each_of_them_does():
    mutual = WorkingDays.parse("mon-fri").closed_on(days("2028-12-27"))
    shop = WorkingDays.parse("tue-sat,alsace-moselle").closed_on(days("2028-12-28"))
    for both in (mutual & shop, shop & mutual):
        assert [both.after(date(2028, 12, 22), count).isoformat() for count in (1, 2, 3)] == [
            "2028-12-29",
            "2029-01-02",
            "2029-01-03",
        ]


def test_two_who_never_work_on_the_same_day_are_refused():
    with pytest.raises(ValueError, match="at least one weekday in common"):
        WorkingDays.parse("mon-wed") & WorkingDays.parse("thu-sat")


def test_a_moment_is_no_day():
    with pytest.raises(TypeError, match="take its date in Paris"):
        MON_FRI.is_worked(datetime(2026, 12, 25, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mon-fri", "mon,tue,wed,thu,fri"),
        (" Mon-Thu , SAT ", "mon,tue,wed,thu,sat"),
        ("sun,mon", "mon,sun"),
        ("alsace-moselle,tue-tue", "tue,alsace-moselle"),
        ("holidays,tue", "tue,holidays"),
        ("mon-sun", "mon,tue,wed,thu,fri,sat,sun"),
    ],
)
def test_a_setting_names_weekdays_and_ranges(text, shown):
    assert repr(WorkingDays.parse(text)) == f"WorkingDays({shown})"


def test_what_is_closed_is_shown():
    assert repr(WorkingDays.parse("sat").closed_on(days("2027-01-02", "2026-12-26"))) == (
        "WorkingDays(sat closed on 2026-12-26,2027-01-02)"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at least one weekday"),
        (" , ", "at least one weekday"),
        ("alsace-moselle", "at least one weekday"),
        ("mon-fri,alsace-moselle,holidays", "not both"),
        ("lun-ven", "written mon-fri.*number 1 is not"),
        ("mon,fri-", "number 2 is not"),
        ("-fri", "number 1 is not"),
        ("mon-wed-fri", "number 1 is not"),
        ("sat-mon", "in the order mon, tue.*number 1 is not"),
        ("mon fri", "number 1 is not"),
        ("mon-fri,fri", "each weekday once"),
    ],
)
def test_a_setting_that_is_no_week_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        WorkingDays.parse(text)


def test_closed_days_are_read():
    assert parse_closed_days("") == frozenset()
    assert parse_closed_days(" 2026-12-24, 2026-12-31,") == days("2026-12-24", "2026-12-31")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("24/12/2026", r"written YYYY-MM-DD.*number 1 is not"),
        ("2026-12-24,2027-02-29", "number 2 is not"),
        ("2026-12-24;2026-12-31", "number 1 is not"),
        ("2026-12-24,2026-12-24", "each day once"),
    ],
)
def test_closed_days_that_are_none_are_refused(text, message):
    with pytest.raises(ValueError, match=message):
        parse_closed_days(text)


class Calendars(BaseSettings):
    model_config = SettingsConfigDict(frozen=True)

    print_shop_working_days: WorkingDays = MON_FRI
    print_shop_closed_days: ClosedDays = frozenset()


class ProgramCalendars(ProgramSettings):
    print_shop_working_days: WorkingDays = MON_FRI
    print_shop_closed_days: ClosedDays = frozenset()


def test_a_service_reads_them_from_its_environment(monkeypatch):
    monkeypatch.setenv("PRINT_SHOP_WORKING_DAYS", "mon-thu")
    monkeypatch.setenv("PRINT_SHOP_CLOSED_DAYS", "2026-12-24,2026-12-31")
    read = Calendars()
    assert repr(read.print_shop_working_days) == "WorkingDays(mon,tue,wed,thu)"
    assert read.print_shop_closed_days == days("2026-12-24", "2026-12-31")


def test_a_service_reads_them_from_its_secrets_folder(monkeypatch, tmp_path):
    (tmp_path / "print_shop_working_days").write_text("sat\n")
    (tmp_path / "print_shop_closed_days").write_text("2026-12-26\n")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    read = ProgramCalendars(environment="test", broker_url="amqp://nowhere")
    assert repr(read.print_shop_working_days) == "WorkingDays(sat)"
    assert read.print_shop_closed_days == days("2026-12-26")


def test_a_service_takes_them_ready_made_and_an_empty_list(monkeypatch):
    monkeypatch.setenv("PRINT_SHOP_CLOSED_DAYS", "")
    assert Calendars().print_shop_closed_days == frozenset()
    read = Calendars(print_shop_working_days=MON_FRI, print_shop_closed_days=days("2026-12-24"))
    assert read.print_shop_working_days is MON_FRI
    assert read.print_shop_closed_days == days("2026-12-24")


def test_wrong_ones_end_a_service_with_a_line_each_that_does_not_repeat_them(monkeypatch, capsys):
    monkeypatch.setenv("BROKER_URL", "amqp://nowhere")
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("PRINT_SHOP_WORKING_DAYS", "lun-ven")
    monkeypatch.setenv("PRINT_SHOP_CLOSED_DAYS", "Noël")
    with pytest.raises(SystemExit) as ended:
        load_settings(ProgramCalendars)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "PRINT_SHOP_WORKING_DAYS: working days are written mon-fri" in said
    assert "PRINT_SHOP_CLOSED_DAYS: closed days are written YYYY-MM-DD" in said
    assert "lun-ven" not in said
    assert "Noël" not in said


def test_neither_a_number_nor_nothing_is_a_calendar():
    with pytest.raises(ValidationError, match="number 1 is not"):
        Calendars(print_shop_working_days=5)
    with pytest.raises(ValidationError, match="number 1 is not"):
        Calendars(print_shop_working_days=None)
