"""Sections of the demo that the rules name: teachers, terms, sharing by subject and name, block scheduling."""

from .build import ELEMENTARY, HIGH, MIDDLE, SPECIAL, Builder
from .collection import Record
from .places import TERMS

_SHARED = (
    ("subject_pe", "PE and health", "Wellness", True),
    ("subject_arts", "arts and music", "Studio", True),
    ("name_band", "", "Band", True),
    ("name_pe", "", "PE 3", True),
    ("name_pe_dots", "", "P.E. - Khan - 2", True),
    ("name_physical", "other", "Physical Education 7", True),
    ("name_gym", "other", "Gym", True),
    ("name_visual_arts", "", "Visual Arts", True),
    ("name_fine_arts", "other", "Fine Arts", True),
    ("name_art", "", "Art 4", True),
    ("name_music", "", "Music", True),
    ("name_chorus", "other", "Chorus", True),
    ("name_choir", "", "Concert choir", True),
    ("name_orchestra", "", "Orchestra", True),
    ("kept_language_arts", "", "Language Arts 5", False),
    ("kept_artful_algebra", "", "Artful Algebra", False),
    ("kept_bandwidth", "other", "Bandwidth and Networks", False),
    ("kept_open_math", "", "Open Math", False),
    ("kept_martial_arts", "", "Martial Arts", False),
    ("kept_music_math", "math", "The Math of Music", False),
    ("kept_arts_ela", "english/language arts", "Art of Rhetoric", False),
)


def add_sections(builder: Builder) -> None:
    """Add them all, each with students of its school."""
    _by_teachers(builder)
    _by_term(builder)
    _by_sharing(builder)
    _unknown(builder)
    _block(builder)


def _teachers(builder: Builder, count: int, start: int) -> list[str]:
    return [builder.teacher(SPECIAL + start + n, MIDDLE)["id"] for n in range(count)]


def _section(builder: Builder, index: int, name: str, teachers: list[str], school: int = MIDDLE) -> Record:
    pool = builder.of_school(school, None)
    # Six students, four further on each time: no two sections share enough for block scheduling.
    students = {pool[(4 * index + place) % len(pool)] for place in range(6)}
    return builder.section(SPECIAL + index, school, name, sorted(students), teachers)


def _by_teachers(builder: Builder) -> None:
    team = _teachers(builder, 12, 0x10)
    turned = [team[2], team[0], team[1]]
    rows: tuple[tuple[str, str, str, list[str]], ...] = (
        ("two_teachers", "S-02", "a primary and one co-teacher", team[:2]),
        ("three_teachers", "S-02 D-05", "a primary and two co-teachers, which is block scheduling", team[:3]),
        ("ten_teachers", "S-02 D-05", "a primary and nine co-teachers, the most allowed", team[:10]),
        ("twelve_teachers", "S-02 D-05", "a primary and eleven more, two too many", team),
        ("without_teacher", "S-06", 'teacher "" and no teachers', []),
    )
    for index, (name, rules, what, teachers) in enumerate(rows):
        row = _section(builder, index, f"Math lab {index + 1}", teachers)
        row["subject"] = "math"
        builder.mark(name, rules, what, row)
    late = _section(builder, 6, "Math lab 7", turned)
    late["teacher"] = team[0]
    builder.mark("primary_not_first", "S-02 D-05", "the primary is the second of `teachers`", late)
    shared = builder.users[-12:]
    builder.mark("team", "S-02", "the teachers of those sections, in order", *shared)


def _by_term(builder: Builder) -> None:
    teacher = _teachers(builder, 1, 0x20)
    rows = (
        ("no_term", 'term_id ""', ""),
        ("unknown_term", "a term that is not in the list", builder.id("unknown", 1)),
        ("ended_term", "a term that has ended", builder.id("term", TERMS["ended"])),
        ("term_starting_soon", "a term that starts in 5 days", builder.id("term", TERMS["soon"])),
        ("term_starting_later", "a term that starts in 101 days", builder.id("term", TERMS["far"])),
        ("undated_term", "a term without dates", builder.id("term", TERMS["undated"])),
    )
    for index, (name, what, term) in enumerate(rows, 0x10):
        row = _section(builder, index, f"Science {index - 15}", teacher, HIGH)
        row["subject"], row["term_id"] = "science", term
        builder.mark(name, "S-01", what, row)


def _by_sharing(builder: Builder) -> None:
    teacher = _teachers(builder, 1, 0x21)
    for index, (name, subject, title, out) in enumerate(_SHARED, 0x20):
        row = _section(builder, index, title, teacher, ELEMENTARY)
        row["subject"] = subject
        fate = "left out" if out else "kept"
        builder.mark(name, "S-04", f"{title!r} of subject {subject!r}: {fate}", row)


def _unknown(builder: Builder) -> None:
    teacher = _teachers(builder, 1, 0x22)
    ghost = builder.id("unknown", 2)
    pupil = _section(builder, 0x40, "Civics 1", teacher)
    pupil["students"] = sorted([*pupil["students"], ghost])
    builder.mark("unknown_student", "S-06", "names a student who is not in the list", pupil)
    taught = _section(builder, 0x41, "Civics 2", [*teacher, builder.id("unknown", 3)])
    builder.mark("unknown_teacher", "S-06", "names a co-teacher who is not in the list", taught)
    led = _section(builder, 0x42, "Civics 3", [builder.id("unknown", 4)])
    builder.mark("unknown_primary", "S-06", "its only teacher is not in the list", led)
    placed = _section(builder, 0x43, "Civics 4", teacher)
    placed["school"] = builder.id("unknown", 5)
    builder.mark("unknown_school", "S-06", "belongs to a school that is not in the list", placed)
    for row in (pupil, taught, led, placed):
        row["subject"] = "social studies"


def _block(builder: Builder) -> None:
    pair = _teachers(builder, 2, 0x23)
    students = builder.of_school(MIDDLE, 21)
    first = builder.section(SPECIAL + 0x50, MIDDLE, "Humanities block A", students[:20], pair)
    second = builder.section(SPECIAL + 0x51, MIDDLE, "Humanities block B", students[1:], pair[::-1])
    first["subject"] = second["subject"] = "social studies"
    builder.mark("block_pair", "D-05", "19 of 20 students and both teachers in common", first, second)
    alone = builder.section(SPECIAL + 0x52, MIDDLE, "Humanities block C", students[10:20], pair[:1])
    builder.mark("near_block", "D-05", "shares students but only one teacher: no block scheduling", alone)
