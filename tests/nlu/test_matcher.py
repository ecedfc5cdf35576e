"""The matcher on small data: what it learns, keeps and finds again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.matcher import Matcher, Shape

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


def test_the_shares_are_those_of_multinomial_naive_bayes() -> None:
    from scipy import sparse
    from sklearn.naive_bayes import MultinomialNB

    from bot.nlu.matcher import _log_shares

    features = sparse.random(40, 12, density=0.4, random_state=1, format="csr", dtype=np.float32)
    target = np.arange(40) % 4
    expected = MultinomialNB(alpha=0.01, fit_prior=False).fit(features, target).feature_log_prob_
    assert np.allclose(_log_shares(features, target, 4, 0.01), expected, atol=1e-4)
