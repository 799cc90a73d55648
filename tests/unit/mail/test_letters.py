"""How mails read, and where they can go (D-04, X-05)."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.mail.rules import letter, one_line, postal
from homeroom.roster.holds import Hold
from homeroom.roster.rules import letters

LINK = "https://app.homeroom.example"
HOLDS = (
    Hold(guard="removals", kind="student", before=900, removed=300, limit=90, sample=("58da8a5bba83aa7e7f4b9f11",)),
    Hold(guard="empty", kind="term", before=2, school="58da8c58da8c58da8c58da8c"),
    Hold(guard="rekey", kind="teacher", removed=10, matched=8, limit=1, sample=("58da8a5bba83aa7e7f4b9f22",)),
)


class Page(HTMLParser):
    """What of a page somebody sees or hears: its language, title, text, links, and every tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language, self.title, self.text, self.links, self.tags = "", "", "", list[str](), list[str]()
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._open = tag
        found = dict(attrs)
        self.language = found.get("lang", self.language)
        if tag == "a":
            self.links.append(found["href"])

    def handle_data(self, data):
        if self._open == "title" and not self.title:
            self.title = data
        elif data.strip():
            self.text += data.strip() + "\n"


def every_letter(first="Maya", district="Grand Bend", holds=HOLDS):
    to = "t1@district.example"
    return [
        letters.activation(to, first, district, LINK),
        letters.held(to, first, district, 12, holds, LINK),
        letters.disconnected(to, first, district, LINK),
    ]


@pytest.mark.parametrize("mail", every_letter(), ids=lambda mail: mail.subject)
def test_text_and_page_say_the_same(mail):
    page = Page(mail.html)
    lines = [line for line in mail.text.replace(f":\n{LINK}", "").splitlines() if line]
    assert page.text.splitlines() == lines
    assert page.title == mail.subject
    assert page.links == [LINK]
    assert LINK in mail.text


@pytest.mark.parametrize("mail", every_letter(), ids=lambda mail: mail.subject)
def test_a_page_can_be_read_by_everybody(mail):
    """A language for screen readers, one main part, words for a link, nothing that must be seen or loaded."""
    page = Page(mail.html)
    assert page.language == "en"
    assert page.tags.count("main") == 1
    assert set(page.tags) <= {"html", "head", "meta", "title", "body", "main", "p", "a"}
    assert not re.search(r"https?://(?!app\.homeroom\.example)", mail.html)
    assert "here" not in page.text.lower().split()


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_stands_out_from_its_ground():
    """WCAG 2, level AAA: 7 to 1."""
    html = every_letter()[0].html
    ground = luminance(re.search(r"background:(#\w{6})", html)[1])
    colours = re.findall(r"[^-]color:(#\w{6})", html)
    assert len(colours) == 2
    for colour in colours:
        assert (ground + 0.05) / (luminance(colour) + 0.05) >= 7, colour


def test_an_activation_says_what_it_is_and_what_to_do_if_it_is_not_for_you_d_04():
    mail = every_letter()[0]
    assert mail.subject == "Activate your Homeroom account for Grand Bend"
    assert mail.text.startswith("Hello Maya,\n")
    assert "Not you? Ignore this mail" in mail.text


def test_a_held_mail_says_run_guards_and_numbers_and_no_name_s_08_x_05():
    mail = every_letter()[1]
    assert "Run 12 of Grand Bend" in mail.text
    assert "Students: 300 of 900 would be removed" in mail.text
    assert "Teachers: 8 of 10 removed come back under new ids" in mail.text
    for hold in HOLDS:
        assert not [person for person in hold.sample if person in mail.text + mail.html]


def test_a_held_mail_names_the_worst_and_counts_the_rest_s_08():
    mail = every_letter(holds=HOLDS * 3)[1]
    assert mail.text.count("would be removed") == 2
    assert "And 4 more." in mail.text


def test_a_run_that_asks_again_for_what_was_undone_names_that_run_s_13():
    mail = every_letter(holds=(Hold(guard="undone", kind="run", sample=("11",)),))[1]
    assert "run 11" in mail.text


def test_nobody_is_greeted_by_an_empty_name():
    assert every_letter(first="")[0].text.startswith("Hello,\n")


EVIL = '"><script>alert(1)</script>\r\nBcc: x@evil.example'


@pytest.mark.parametrize("mail", every_letter(first=EVIL, district=EVIL), ids=["activation", "held", "disconnected"])
def test_a_name_is_never_markup_nor_a_header(mail):
    """Names come out of districts' systems, and district names from operators."""
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject + mail.text + mail.html
    assert "script" not in Page(mail.html).tags


@given(st.text(max_size=200))
def test_a_name_is_one_printable_line_of_bounded_length(text):
    line = one_line(text)
    assert len(line) <= 60
    assert line.isprintable()
    assert line == line.strip()


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=4))
def test_whatever_is_written_is_text(paragraphs):
    mail = letter("a@b.example", "s", paragraphs, ("Go on", LINK), paragraphs)
    assert Page(mail.html).tags.count("p") == 2 * len(paragraphs) + 1


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("t1@district.example", "t1@district.example"),
        ("o'neil+x@mail.district.example", "o'neil+x@mail.district.example"),
        ("t@bücher.example", "t@xn--bcher-kva.example"),
        ("zoë@district.example", None),
        ("a,b@district.example", None),
        ('"a b"@district.example', None),
        ("a<b>@district.example", None),
        ("a;b@district.example", None),
        (f"{'x' * 65}@district.example", None),
        (f"a@{'x' * 64}.example", None),
        ("a@b..example", None),
        ("nobody", None),
        ("", None),
    ],
)
def test_mail_goes_only_where_a_mail_server_takes_it(address, to):
    """A comma would make two readers of one."""
    assert postal(address) == to


@pytest.mark.parametrize("sign", ["\ufe00", "\u034f", "\u180b", "\u00ad", "\u3002"])
def test_a_mailbox_has_no_further_address_by_signs_that_nobody_sees_i_04_i_06(sign):
    """A domain loses them on the way: each spelling would have its own limit of mails to one reader."""
    assert postal("ada@people.example") == "ada@people.example"
    assert postal(f"ada@peo{sign}ple.example") is None
