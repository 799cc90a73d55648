"""Words that no class code may hold, as stems in the alphabet of codes, which lacks I, L and O (J-02)."""

# What a digit is read as by whoever wants to.
LOOKALIKES = str.maketrans({"2": "Z", "3": "E", "4": "A", "5": "S", "6": "G", "7": "T", "8": "B", "9": "G"})
STEMS = (
    "ANUS", "ARSE", "ASS", "BASTARD", "BUTT", "CACA", "CRACK", "CRAP", "CUM", "CUNT", "DAMN", "DEAD", "DEATH",
    "DYKE", "FAG", "FCK", "FCUK", "FUC", "FUK", "FVCK", "GASH", "GEEK", "HATE", "HEBE", "HUMP", "JAP", "JERK", "KACK",
    "KKK", "KUM", "KUNT", "KYS", "MERDE", "MEUF", "MURDER", "NAZ", "NEGER", "NEGR", "NUDE", "PAEDE", "PEE", "PENDEJ",
    "PUBE", "PUSSY", "PUTA", "PUTE", "RAPE", "RECTUM", "RETARD", "SATAN", "SCUM", "SEX", "SHAG", "SKANK", "SMUT",
    "SPANK", "SPAZ", "SPERM", "STFU", "SUCK", "SUK", "TARD", "TEAT", "TURD", "TWAT", "VAG", "WANK", "WEED", "WTF",
    "XTC", "XXX",
)  # fmt: skip
