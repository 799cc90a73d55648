"""People of the demo whom the rules name: addresses, birth dates, grades, roles."""

import calendar
import datetime as dt

from .build import ELEMENTARY, HIGH, MIDDLE, SPECIAL, Builder
from .collection import Record

_LEAP_DAY = (2, 29)
_GRADES = ("13", "14", "PostGraduate", "Ungraded", "PreKindergarten", "", "Blue")


def add_people(builder: Builder) -> None:
    """Add them all; the students sit in one homeroom, but for the one without a section."""
    first = len(builder.users)
    _addresses(builder)
    _birth_dates(builder)
    _grades(builder)
    _employees(builder)
    lonely = builder.student(SPECIAL + 40, HIGH, 10)
    builder.mark("student_without_section", "A-03 S-06", "a student in no section", lonely)
    students = [row["id"] for row in builder.users[first:] if "student" in row["roles"] and row is not lonely]
    host = builder.teacher(SPECIAL + 63, MIDDLE)
    row = builder.section(SPECIAL + 0x100, MIDDLE, "Homeroom 9000", students, [host["id"]])
    row["subject"] = "homeroom/advisory"
    _contacts(builder)


def _addresses(builder: Builder) -> None:
    mail = builder.mail
    none = builder.student(SPECIAL, MIDDLE, 6, email="")
    del none["email"], none["roles"]["student"]["email"]
    builder.mark("student_without_email", "S-06", "a student whose record has no email key", none)
    blank = builder.teacher(SPECIAL, MIDDLE, "")
    builder.mark("teacher_without_email", "S-06", 'a teacher with email ""', blank)
    bad = builder.student(SPECIAL + 1, MIDDLE, 6, email=mail("seth_schoen").replace("@", "."))
    builder.mark("malformed_email", "S-06", "an address without @", bad)
    outside = builder.student(SPECIAL + 2, MIDDLE, 7, email="q.outside@mailinator.example")
    builder.mark("email_outside_domain", "S-06", "an address outside the district's domain", outside)
    loud = builder.student(SPECIAL + 3, MIDDLE, 7, email=f" {mail('Q.Shouting').upper()} ")
    builder.mark("email_not_normalised", "A-01", "capitals and spaces around the address", loud)
    twins = [builder.student(SPECIAL + 4 + n, MIDDLE, 7, email=mail("q.twins")) for n in range(2)]
    builder.mark("students_sharing_email", "A-05 S-06", "two students with one address", *twins)
    pupil = builder.student(SPECIAL + 6, HIGH, 12, email=mail("q.both"))
    aide = builder.teacher(SPECIAL + 1, HIGH, mail("q.both"))
    builder.mark("student_and_teacher_sharing_email", "A-05 A-08", "a student and a teacher, one address", pupil, aide)
    teacher = builder.teacher(SPECIAL + 2, HIGH, mail("q.pat"))
    staff = builder.staff(SPECIAL, (HIGH,), "Dean", email=mail("Q.Pat"))
    builder.mark("employees_sharing_email", "A-08", "teacher and staff, one address but for capitals", teacher, staff)


def _birth_dates(builder: Builder) -> None:
    today = builder.today
    future = today + dt.timedelta(days=400)
    rows = (
        ("student_without_dob", "A-07 S-06", 'dob ""', ""),
        ("impossible_dob", "A-07", "dob 2/30/2014", "2/30/2014"),
        ("future_dob", "A-07", "a dob in the future", _date(future, 0)),
        ("leap_day_dob", "A-07", "born on 29 February 2012", "2/29/2012"),
        ("thirteen_today", "A-06", "13 years old on the sandbox's today", _date(today, 13)),
        ("thirteen_tomorrow", "A-06", "13 years old the day after", _date(today + dt.timedelta(days=1), 13)),
    )
    for index, (name, rules, what, dob) in enumerate(rows, SPECIAL + 10):
        builder.mark(name, rules, what, builder.student(index, MIDDLE, 7, dob=dob))


def _date(day: dt.date, years: int) -> str:
    """M/D/YYYY so many years before; 29 February becomes 1 March where that year has none."""
    leap = calendar.isleap(day.year - years)
    month, number = (3, 1) if (day.month, day.day) == _LEAP_DAY and not leap else (day.month, day.day)
    return f"{month}/{number}/{day.year - years}"


def _grades(builder: Builder) -> None:
    for index, grade in enumerate(_GRADES):
        school = ELEMENTARY if grade == "PreKindergarten" else HIGH
        row = builder.student(SPECIAL + 20 + index, school, 12, grade=grade)
        builder.mark(f"grade_{grade.lower() or 'blank'}", "S-20", f"a student of grade {grade!r}", row)


def _employees(builder: Builder) -> None:
    both = builder.teacher(SPECIAL + 3, MIDDLE)
    staffed = builder.staff(SPECIAL + 1, (MIDDLE,), "Department head")
    builder.users.remove(staffed)
    both["roles"]["staff"] = staffed["roles"]["staff"]
    builder.mark("teacher_and_staff", "A-08", "one merged user with both roles", both)
    chief = builder.staff(SPECIAL + 2, (MIDDLE,), "Curriculum lead")
    chief["roles"]["district_admin"] = {"title": "Curriculum lead", "legacy_id": chief["id"][::-1]}
    builder.mark("staff_and_district_admin", "A-08 S-03", "staff of a school and district admin at once", chief)
    rows = (
        ("staff_of_one_school", (ELEMENTARY,), "Principal", (), "staff bounded by one school"),
        ("staff_of_all_schools", (ELEMENTARY, MIDDLE, HIGH), "Coordinator", (), "staff of all schools"),
        ("staff_without_school", (), "Specialist", (), "staff with no school"),
        ("staff_portal_only", (HIGH,), "Substitute", ("PortalOnly",), "staff whose only role is PortalOnly"),
        ("staff_tech_lead", (HIGH,), "Technician", ("PortalOnly", "SchoolTechLead"), "PortalOnly among others"),
    )
    for index, (name, schools, title, roles, what) in enumerate(rows, SPECIAL + 3):
        builder.mark(name, "S-03", what, builder.staff(index, schools, title, roles=roles))
    builder.mark("district_admin", "S-03", "sees the whole district", builder.admin(SPECIAL))


def _contacts(builder: Builder) -> None:
    students: list[Record] = [row for row in builder.users if "student" in row["roles"]]
    rows = [builder.contact(SPECIAL + index, student) for index, student in enumerate(students[:20])]
    builder.mark("contacts", "S-18", "parents, whom no consumer may store", *rows)
