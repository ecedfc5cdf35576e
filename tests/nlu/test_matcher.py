"""The matcher on small data: what it learns, keeps and finds again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sklearn.naive_bayes import MultinomialNB

from bot.nlu.matcher import Matcher, Shape
from bot.nlu.shares import Shares

DATA = {
    "pogrzeb": ["zapłaciłam za pogrzeb mamy", "zasiłek pogrzebowy dla syna", "koszty pochówku ojca", "rachunki za pogrzeb"],
    "konto": ["zakładam konto w eZUS", "rejestracja na portalu", "jak mieć profil w eZUS", "konto przez internet"],
    "outside_bank": ["kredyt na mieszkanie", "zablokowali mi kartę w banku", "jak założyć lokatę", "przelew nie doszedł"],
    "command_next": ["dalej", "następny krok", "co dalej", "kontynuuj"],
}
TEXTS = [text for texts in DATA.values() for text in texts]
INTENTS = [intent for intent, texts in DATA.items() for _ in texts]


@pytest.fixture(scope="module", params=["use", "none"])
def matcher(request: pytest.FixtureRequest) -> Matcher:
    return Matcher(Shape(encoder=request.param)).fit(TEXTS, INTENTS)


def test_it_ranks_what_it_learned_and_its_neighbours(matcher: Matcher) -> None:
    assert matcher.ranking("pogrzeb taty, kto zwróci koszty").items[0][0] == "pogrzeb"
    assert matcher.ranking("zaloze konto na portalu").items[0][0] == "konto"
    assert abs(sum(chance for _, chance in matcher.ranking("cokolwiek").items) - 1.0) < 1e-4


def test_a_listed_command_needs_no_model(matcher: Matcher) -> None:
    assert matcher.ranking("Dalej!").items == [("command_next", 1.0)]


def test_one_sentence_is_scored_as_many_are(matcher: Matcher) -> None:
    for text in ["pogrzeb taty", "", "konto konto konto w eZUS", "żółw"]:
        alone = {name: chance for name, chance in matcher.ranking(text).items}
        together = dict(zip(matcher.labels, matcher.probabilities([text])[0], strict=True))
        assert np.allclose([alone[name] for name in matcher.labels], [together[name] for name in matcher.labels], atol=2e-3)


def test_other_languages_are_calibrated_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.nlu.matcher.FEWEST_HELD", 2)
    foreign = {"pogrzeb": ["who pays for my mother's funeral", "funeral grant for the son", "I paid for the funeral of my father", "the funeral and the bills we paid"],
               "outside_bank": ["my bank card is blocked", "a loan for the house we want", "where is my transfer from the bank", "I need a new bank account"]}  # fmt: skip
    texts = [*TEXTS, *(text for said in foreign.values() for text in said)]
    intents = [*INTENTS, *(intent for intent, said in foreign.items() for _ in said)]
    matcher = Matcher(Shape()).fit(texts, intents)
    assert set(matcher.calibrated) == {"pl", "other"}
    assert matcher.ranking("the funeral of my mother, who pays").items[0][0] == "pogrzeb"
    ours, other = matcher.ranking("the funeral of my mother, who pays").outside, matcher.ranking("the bank blocked my account").outside
    assert ours is not None and other is not None and ours < other


def test_a_kept_model_finds_the_same(matcher: Matcher, tmp_path: Path) -> None:
    matcher.save(tmp_path)
    again = Matcher.load(tmp_path)
    for text in ["pogrzeb taty, kto zwróci koszty", "dalej", "profil"]:
        assert [name for name, _ in again.ranking(text).items] == [name for name, _ in matcher.ranking(text).items]
        assert again.ranking(text).outside == pytest.approx(matcher.ranking(text).outside, abs=2e-2)


def test_what_is_not_ours_has_a_score_of_its_own(matcher: Matcher) -> None:
    ours, other = matcher.ranking("zasiłek pogrzebowy dla mamy").outside, matcher.ranking("kredyt i lokata w banku").outside
    assert ours is not None and other is not None
    assert ours < 0.5 < other


def _shares(foreign: np.ndarray | None = None) -> tuple[Shares, sparse.csr_matrix, np.ndarray]:
    features = sparse.random(40, 12, density=0.4, random_state=1, format="csr", dtype=np.float32)
    target = np.arange(40) % 4
    return Shares.learn(features, target, 4, 0.01, np.zeros(4, dtype=bool) if foreign is None else foreign), features, target


def test_the_scores_are_those_of_multinomial_naive_bayes() -> None:
    shares, features, target = _shares()
    expected = MultinomialNB(alpha=0.01, fit_prior=False).fit(features, target).feature_log_prob_
    assert np.allclose(shares.scores(features), features @ expected.T, atol=1e-3)
    row = features[3]
    assert np.allclose(shares.scores_of(row.indices, row.data), (row @ expected.T)[0], atol=1e-3)


def test_the_odds_of_not_being_ours_are_those_of_two_labels() -> None:
    foreign = np.array([False, False, True, True])
    shares, features, target = _shares(foreign)
    ours, other = MultinomialNB(alpha=0.01, fit_prior=False).fit(features, foreign[target]).feature_log_prob_
    assert np.allclose(shares.odds(features), features @ (other - ours), atol=1e-3)
    row = features[3]
    assert np.isclose(shares.odds_of(row.indices, row.data), float((row @ (other - ours))[0]), atol=1e-3)
    assert Shares.learn(features, target, 4, 0.01, np.zeros(4, dtype=bool)).odds(features).tolist() == [0.0] * 40


def test_kept_shares_say_the_same() -> None:
    shares, features, _ = _shares(np.array([False, False, False, True]))
    again = Shares.of_arrays(shares.arrays())
    assert np.allclose(again.scores(features), shares.scores(features), atol=0.05)
    assert np.allclose(again.odds(features), shares.odds(features), atol=0.05)
