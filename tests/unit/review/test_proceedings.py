"""A proceeding step by step: what is refused, what is listed, what the trail keeps; on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from cases import CELLS, CHECKER, DECIDER, FIRST, KIND_CELLS, OPERATOR, PROPOSER, day, step

from riskengine import UsageError
from riskengine.ledger import changes, verify_ledger
from riskengine.supervision.review.listings import listed_on
from riskengine.supervision.review.procedure import procedure
from riskengine.supervision.review.reviewing import proceeding_of, proceedings, propose, take

LATER = 40  # days after the notice: past every term


@pytest.fixture
def begin(ledger, entry):
    def beginning(kind="serious_list", number=0, operator=OPERATOR, **cells):
        said = step("propose", number, **{**KIND_CELLS.get(kind, {}), **cells})
        return propose(ledger, kind, operator, said, entry()).proceeding.id

    return beginning


@pytest.fixture
def go(ledger, entry):
    def going(number, *steps):
        for each in steps:
            filed = take(ledger, number, each, entry(each.who))
        return filed.proceeding

    return going


def _listed(ledger, on):
    return listed_on((filed.proceeding for filed in proceedings(ledger)), on)


def _to_the_end(go, number, start=0, **cells):
    return go(
        number,
        step("notice", start + 1, **cells),
        step("check", start + LATER),
        step("decide", start + LATER + 1),
        step("serve", start + LATER + 2),
    )


def test_three_persons_a_notice_and_a_term_list_somebody(ledger, begin, go):
    number = begin()
    held = _to_the_end(go, number)
    assert held.state == "in_force"
    assert _listed(ledger, day(LATER + 1)) == []
    (found,) = _listed(ledger, day(LATER + 2))
    assert (found.operator_id, found.list, found.proceeding) == (OPERATOR, "serious", number)
    assert found.since == day(LATER + 2)
    assert found.until.isoformat() == "2026-04-12"  # three years
    assert found.early_from.isoformat() == "2024-04-12"  # one year
    assert found.document == CELLS["decide"]["document"]
    assert _listed(ledger, found.until) == []
    assert len(_listed(ledger, found.until.replace(day=found.until.day - 1))) == 1
    assert verify_ledger(ledger) == []
    assert [change.kind for change in changes(ledger)] == ["review"] * 5


@pytest.mark.parametrize("name", ["facts", "grounds", "rights", "document", "service", "discipline"])
def test_a_notice_that_lacks_something_is_none(begin, go, name):
    number = begin()
    with pytest.raises(UsageError, match=rf"RE-923.*{procedure().fields[name].en}"):
        go(number, step("notice", 1, without=name))
    with pytest.raises(UsageError, match=r"RE-923"):
        go(number, step("notice", 1, **{name: "  "}))


def test_without_a_notice_nothing_is_checked_or_decided(begin, go):
    number = begin()
    with pytest.raises(UsageError, match=r"RE-926"):
        go(number, step("check", LATER))
    with pytest.raises(UsageError, match=r"RE-926"):
        go(number, step("decide", LATER))


def test_too_early_is_said_with_the_day(begin, go):
    number = begin()
    held = go(number, step("notice", 1))
    with pytest.raises(UsageError, match=rf"RE-924.*{held.until.isoformat()}"):
        go(number, step("check", (held.until - FIRST).days))
    go(number, step("check", (held.until - FIRST).days + 1))


def test_a_caller_cannot_say_when_the_term_ends(begin, go):
    number = begin()
    held = go(number, step("notice", 1, until="2023-03-02", since="2020-01-01"))
    assert held.until > day(7)


def test_service_by_announcement_counts_sixty_days_later(begin, go):
    held = go(begin(), step("notice", 1, service="announcement"))
    assert held.until > day(61 + 6)


@pytest.mark.parametrize("again", [PROPOSER, f" {PROPOSER} ", "Li Ming", "ＬＩ　ming"])
def test_the_same_person_twice_is_refused_however_it_is_written(ledger, entry, go, again):
    first = PROPOSER if again.strip() == PROPOSER else "li MING"
    number = propose(ledger, "serious_list", OPERATOR, step("propose", 0, first), entry()).proceeding.id
    go(number, step("notice", 1))
    with pytest.raises(UsageError, match=r"RE-922.*who proposed"):
        go(number, step("check", LATER, again))
    go(number, step("check", LATER))
    with pytest.raises(UsageError, match=r"RE-922.*who proposed"):
        go(number, step("decide", LATER, again))
    with pytest.raises(UsageError, match=r"RE-922.*who checked in law"):
        go(number, step("decide", LATER, CHECKER))
    with pytest.raises(UsageError, match=r"RE-922"):
        go(number, step("refuse", LATER, again))


def test_nobody_is_no_person(ledger, entry):
    with pytest.raises(UsageError, match=r"RE-939"):
        propose(ledger, "serious_list", OPERATOR, step("propose", 0, "　 "), entry())


def test_a_statement_must_be_answered_and_voids_the_check(begin, go):
    number = begin()
    go(number, step("notice", 1), step("statement", 2))
    with pytest.raises(UsageError, match=r"RE-925.*answer"):
        go(number, step("check", LATER))
    go(number, step("answer", 3), step("check", LATER), step("statement", LATER))
    with pytest.raises(UsageError, match=r"RE-925.*legal check"):
        go(number, step("decide", LATER + 1))
    go(number, step("answer", LATER + 1))
    with pytest.raises(UsageError, match=r"RE-922"):
        go(number, step("check", LATER + 1, PROPOSER))
    # Whoever checked once may not decide, also where another one checks the second time.
    go(number, step("check", LATER + 1, "示例戊"))
    with pytest.raises(UsageError, match=r"RE-922"):
        go(number, step("decide", LATER + 2, CHECKER))
    assert go(number, step("decide", LATER + 2)).state == "decided"


def test_a_hearing_is_asked_for_in_time_called_in_time_and_held(begin, go):
    number = begin()
    held = go(number, step("notice", 1))
    late = (held.until - FIRST).days + 1
    with pytest.raises(UsageError, match=rf"RE-927.*{held.until.isoformat()}"):
        go(number, step("hearing_request", late))
    go(number, step("hearing_request", 3))
    with pytest.raises(UsageError, match=r"RE-925.*hearing"):
        go(number, step("check", LATER))
    with pytest.raises(UsageError, match=r"RE-924"):
        go(number, step("hearing_call", 4, hearing_on=day(12).isoformat()))
    with pytest.raises(UsageError, match=r"RE-922.*who proposed"):
        go(number, step("hearing_call", 4, president=f"{PROPOSER} "))
    go(number, step("hearing_call", 4))
    with pytest.raises(UsageError, match=r"RE-924"):
        go(number, step("hearing_held", 30))
    held_on = (FIRST.fromisoformat(CELLS["hearing_call"]["hearing_on"]) - FIRST).days
    go(number, step("hearing_held", held_on), step("check", held_on), step("decide", held_on))


def test_who_waives_its_rights_is_decided_upon_at_once_but_is_answered(begin, go):
    number = begin()
    go(number, step("notice", 1), step("statement", 2), step("waive", 2))
    with pytest.raises(UsageError, match=r"RE-925"):
        go(number, step("check", 2))
    go(number, step("answer", 2), step("check", 2), step("decide", 3))


def test_the_publicity_of_the_red_list_cannot_be_waived(begin, go):
    number = begin("red_list")
    go(number, step("notice", 1, **KIND_CELLS["red_list"]))
    with pytest.raises(UsageError, match=r"RE-921"):
        go(number, step("waive", 2))


def test_a_decision_has_its_term(begin, go):
    number = begin()
    go(number, step("notice", 1), step("check", 90))
    with pytest.raises(UsageError, match=r"RE-927.*2023-05-30"):
        go(number, step("decide", 91))
    go(number, step("decide", 90))


def test_days_go_forward_and_not_into_the_future(ledger, begin, go, entry):
    number = begin(number=5)
    with pytest.raises(UsageError, match=r"RE-928.*2023-03-06"):
        go(number, step("notice", 4))
    with pytest.raises(UsageError, match=r"RE-928.*recording"):
        go(number, step("notice", 365 * 8))
    held = propose(ledger, "publication", "OP-2", step("propose", 0, **KIND_CELLS["publication"]), entry()).proceeding
    with pytest.raises(UsageError, match=r"RE-928.*in force"):
        take(ledger, held.id, step("notice", -900, **KIND_CELLS["publication"]), entry())


@pytest.mark.parametrize(
    ("grounds", "code"),
    [
        ("", "RE-923"),
        ("第三十三条", "RE-930.*no article"),
        ("henan_social_credit_regulatoin:33", "RE-930.*henan_social_credit_regulation"),
        ("henan_social_credit_regulation:71", "RE-930.*no such article"),
        ("urban_public_transport_regulation:1", "RE-930"),
    ],
)
def test_a_proposal_rests_on_an_article_in_force(begin, grounds, code):
    with pytest.raises(UsageError, match=code):
        begin(grounds=grounds)


def test_discipline_is_of_the_list_and_has_a_law(begin):
    for name in ("fewer_inspections", "key_supervison", "public_shaming"):
        with pytest.raises(UsageError, match=r"RE-936"):
            begin(discipline=name)


def test_one_listing_at_a_time_and_a_removal_ends_it(ledger, begin, go):
    with pytest.raises(UsageError, match=r"RE-938"):
        begin("serious_list_removal")
    number = begin()
    for kind in ("serious_list", "red_list"):
        with pytest.raises(UsageError, match=rf"RE-929|{number}"):
            begin(kind)
    _to_the_end(go, number)
    with pytest.raises(UsageError, match=r"RE-929"):
        begin("serious_list", LATER + 3)
    with pytest.raises(UsageError, match=r"RE-924.*2024-04-12"):
        begin("serious_list_removal", LATER + 3)
    removal = begin("serious_list_removal", 420)
    assert len(_listed(ledger, day(421))) == 1
    go(removal, step("check", 421), step("decide", 422), step("serve", 423))
    assert len(_listed(ledger, day(422))) == 1
    assert _listed(ledger, day(423)) == []
    with pytest.raises(UsageError, match=r"RE-938"):
        begin("serious_list_removal", 424)
    assert begin("serious_list", 424)


def test_a_revoked_decision_lists_nobody_from_its_day(ledger, begin, go):
    number = begin()
    _to_the_end(go, number)
    go(number, step("revoke", LATER + 10))
    assert len(_listed(ledger, day(LATER + 9))) == 1
    assert _listed(ledger, day(LATER + 10)) == []


@pytest.mark.parametrize("last", ["withdraw", "refuse", "send_back"])
def test_what_has_ended_goes_no_further(ledger, begin, go, last):
    number = begin()
    go(number, step("notice", 1), step(last, LATER))
    for action in procedure().actions:
        if action != "propose":
            with pytest.raises(UsageError, match=r"RE-92[16]"):
                go(number, step(action, LATER + 1))
    assert begin(number=LATER + 1) != number


def test_a_rectification_names_the_day_and_is_no_listing(ledger, begin, go):
    number = begin("rectification")
    go(number, step("notice", 1, **KIND_CELLS["rectification"]), step("check", LATER))
    with pytest.raises(UsageError, match=r"RE-923.*put right"):
        go(number, step("decide", LATER, without="correct_by"))
    with pytest.raises(UsageError, match=r"RE-923"):
        go(number, step("decide", LATER, correct_by="soon"))
    go(number, step("decide", LATER), step("serve", LATER))
    assert _listed(ledger, day(LATER)) == []


def test_everything_that_is_wrong_is_said_at_once(begin, go):
    number = begin()
    go(number, step("notice", 1), step("statement", 1), step("hearing_request", 1))
    with pytest.raises(UsageError) as caught:
        go(number, step("check", 2, PROPOSER, text=""))
    assert [problem.code for problem in caught.value.problems] == ["RE-923", "RE-922", "RE-924", "RE-925", "RE-925"]


def test_an_unknown_proceeding_is_told_with_the_nearest(begin, go):
    number = begin()
    with pytest.raises(UsageError, match=rf"RE-920.*{number}"):
        go("2023-001", step("notice", 1))


def test_the_trail_keeps_every_step_and_a_refused_one_leaves_none(ledger, begin, go):
    number = begin()
    go(number, step("notice", 1))
    with pytest.raises(UsageError):
        go(number, step("decide", 2))
    filed = proceeding_of(ledger, number)
    assert [each.said.action for each in filed.recorded] == ["propose", "notice"]
    assert [each.change for each in filed.recorded] == [1, 2]
    assert [each.step for each in filed.recorded] == [1, 2]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE proceedings_versions SET who = 'x' WHERE step = 1",
        "UPDATE proceedings_versions SET cells = replace(cells, 'direct', 'left') WHERE step = 2",
        "UPDATE proceedings_versions SET done_on = '2023-01-01' WHERE step = 2",
        "DELETE FROM proceedings_versions WHERE step = 2",
        "UPDATE changes SET who = 'x' WHERE number = 1",
    ],
)
def test_a_step_that_was_altered_by_hand_is_found(ledger, begin, go, tampering):
    go(begin(), step("notice", 1))
    assert verify_ledger(ledger) == []
    with ledger.writing() as connection:
        connection.execute(sa.text(tampering))
    assert {problem.code for problem in verify_ledger(ledger)} & {"RE-859", "RE-863"}


def test_numbers_count_within_the_year(begin):
    assert [begin(operator=f"OP-{each}") for each in range(3)] == ["2023-0001", "2023-0002", "2023-0003"]
    assert begin(number=365, operator="OP-9") == "2024-0001"


def test_the_decider_is_a_third(begin, go):
    number = begin()
    go(number, step("notice", 1), step("check", LATER))
    assert go(number, step("decide", LATER, DECIDER)).state == "decided"
