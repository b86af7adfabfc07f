"""What is said about a budget: names of its lines, its observations, its alternative text."""

from __future__ import annotations

from typing import Any

from bot.documents.amounts import money, money_in_words, percent
from bot.documents.label_files import labels_of
from bot.documents.pictures import printable
from bot.domain.budget import Budget, ExpenseLine, IncomeLine, Observation, ObservationCode

LARGEST_IN_ALT_TEXT = 5  # a caption holds 1024 characters, and nobody listens to twenty lines


def budget_labels(language: str) -> dict[str, Any]:
    return labels_of("budget", language)


def name_of(line: IncomeLine | ExpenseLine, language: str) -> str:
    """The person's own word, or the name of the kind."""
    return line.own_label or _kind(line, language)


def printed_name(line: IncomeLine | ExpenseLine, language: str) -> str:
    """The same for a picture; a label of emoji alone leaves nothing, and then the kind stands."""
    return printable(name_of(line, language)) or _kind(line, language)


def sentence(budget: Budget, observation: Observation, language: str) -> str:
    template: str = budget_labels(language)["observations"][observation.code]
    values = {
        "amount": money(observation.amount, language),
        "amount_in_words": money_in_words(observation.amount, language),
    }
    if observation.line is not None:
        values["label"] = printed_name(observation.line, language)
        values["percent"] = percent(float(budget.share(observation.line)), language)
    # One pass over the template: braces in somebody's own label stay what they are.
    return template.format(**values)


def alt_text(budget: Budget, language: str) -> str:
    """The whole picture in a few plain sentences."""
    labels = budget_labels(language)
    said = [
        labels["alt_sums"].format(
            title=labels["title"],
            money_in=money(budget.money_in, language),
            money_out=money(budget.money_out, language),
        )
    ]
    said += [
        sentence(budget, observation, language)
        for observation in budget.observations()
        if observation.code is not ObservationCode.LARGEST  # the first of those that follow
    ]
    largest = [line for line in budget.by_size if line.amount][:LARGEST_IN_ALT_TEXT]
    if largest:
        named = (f"{name_of(one, language)} {money(one.amount, language)}" for one in largest)
        said.append(labels["alt_largest"].format(lines=", ".join(named)))
    return " ".join(said)


def _kind(line: IncomeLine | ExpenseLine, language: str) -> str:
    kinds = "income_kinds" if isinstance(line, IncomeLine) else "expense_kinds"
    return str(budget_labels(language)[kinds][line.kind])
