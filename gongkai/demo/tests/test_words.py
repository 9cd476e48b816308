"""What the demonstration's letters of refusal say fits their ground."""

from gongkai.demo.case_deeds import WORDS
from gongkai.law.taxonomy import decisions


def test_every_discretion_of_the_demonstration_has_words_of_its_own_ground() -> None:
    """条例 Art 16: internal affairs, process information and case files are three grounds."""
    by_discretion = {key for key, d in decisions().items() if d.discretion}
    assert by_discretion - {"partial"} == set(WORDS)
    for name, word in (("internal_affairs", "内部管理"), ("enforcement_file", "案卷")):
        reasons, discretion = WORDS[f"deny_{name}"]
        assert word in reasons and word in discretion
    for reasons, discretion in WORDS.values():
        assert ("尚未定论" in discretion) == (reasons == WORDS["deny_process_info"][0])
