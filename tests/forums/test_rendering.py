"""Long texts from elsewhere: headings that fit the page, a table of contents, and bounds."""

import pytest
from django.core.exceptions import ValidationError

from forums.rendering import MAX_CHARACTERS, contents_of, link_headings, render_imported


def test_a_text_beyond_measure_is_refused():
    with pytest.raises(ValidationError):
        render_imported("a" * (MAX_CHARACTERS + 1))


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ([1, 2, 3], [2, 3, 4]),
        ([3, 3, 4], [2, 2, 3]),
        ([1, 4, 6, 2], [2, 3, 4, 3]),
        ([6], [2]),
        ([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 6]),
        ([4, 1], [2, 2]),
    ],
)
def test_headings_follow_the_title_of_the_page_without_leaps(levels, shown):
    html = link_headings("".join(f"<h{level}>Kop</h{level}>" for level in levels))
    expected = "".join(f'<h{level} id="part-{n}">Kop</h{level}>' for n, level in enumerate(shown, 1))
    assert html == expected


def test_a_first_heading_that_repeats_the_title_goes():
    html = "<h1>Wet &amp; <em>orde</em></h1>\n<p>Tekst</p>"
    assert link_headings(html, "Wet & orde") == "<p>Tekst</p>"
    assert "<h2" in link_headings(html, "Iets anders")


def test_contents_hold_the_two_highest_levels_of_a_long_text():
    html = link_headings(render_imported("# Een\n\n## `Twee`\n\n### Drie\n\n# Vier\n\n# Vijf <b>&</b>\n\n#\n"))
    contents = contents_of(html)
    assert [(heading.level, heading.anchor, heading.text) for heading in contents] == [
        (2, "part-1", "Een"),
        (3, "part-2", "Twee"),
        (2, "part-4", "Vier"),
        (2, "part-5", "Vijf &"),
    ]
    assert contents_of(link_headings("<h1>Een</h1>")) == []


def test_anchors_of_the_text_itself_do_not_survive():
    html = link_headings(render_imported('<h1 id="x" class="y">Een</h1>\n\n<a id="part-1" name="z">a</a>'))
    assert html.count("id=") == 1
    assert 'id="part-1"' in html
