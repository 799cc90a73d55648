"""Invented names, and what a computed person is called."""

GIVEN = (
    "Ada", "Amir", "Bao", "Carmen", "Dmitri", "Esi", "Farah", "Grace", "Hana", "Inés", "Jamal", "Kofi",
    "Lena", "Mateo", "Noor", "Owen", "Priya", "Quinn", "Rosa", "Sami", "Tessa", "Uma", "Viktor", "Wren",
)  # fmt: skip
FAMILY = (
    "Abara", "Brook", "Chen", "Diaz", "Engel", "Fox", "Garcia", "Haddad", "Ito", "Jonsson", "Khan", "Lopez",
    "Moreau", "Nwosu", "O'Neil", "Park", "Quist", "Reyes", "Singh", "Tran", "Ueda", "Vance", "Weiss", "Young",
)  # fmt: skip
_PLAIN = str.maketrans({"é": "e", "'": ""})
GIVEN_PLAIN = tuple(name.translate(_PLAIN).lower() for name in GIVEN)
FAMILY_PLAIN = tuple(name.translate(_PLAIN).lower() for name in FAMILY)
MIDDLE = ("", "A", "", "J", "M", "", "R", "")
