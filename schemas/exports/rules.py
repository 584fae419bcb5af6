"""The page that says for each rule what it costs when it does not hold, in Dutch and English, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.consequences import COSTS, MEANING, Costs
from schemas.contract import Constraint, Layer, Table
from schemas.rules import OF_ACCOUNTS, OF_ANSWERS, OF_DECISIONS, OF_DELIVERIES, OF_FIGURES, DeclaredRule

_HEADER = ("| controle / rule | wat moet gelden / what must hold | kost / costs |", "| --- | --- | --- |")
_PARTS = (
    ("Leveringen / Deliveries", OF_DELIVERIES),
    ("Antwoorden / Answers", OF_ANSWERS),
    ("Verantwoording / Accounts", OF_ACCOUNTS),
    ("Besluiten / Decisions", OF_DECISIONS),
    ("Totalen en cijfers / Totals and figures", OF_FIGURES),
)


def rules_page(tables: Iterable[Table]) -> str:
    """The page over the contracts of these tables and all other rules."""
    every = list(tables)
    of_layer = {layer: [t for t in every if t.layer is layer and t.fields] for layer in Layer}
    return "\n".join(
        [
            "# Wat een controle kost / What a rule costs",
            "",
            "Geschreven uit de code door `make dictionary`. / Written from the code by `make dictionary`.",
            "",
            *_principle(),
            *_meanings(),
            *(line for title, rules in _PARTS for line in (f"## {title}", "", *_declared(rules), "")),
            "## Kolommen van wat is geleverd / Columns of what is delivered",
            "",
            *_contracts(of_layer[Layer.DELIVERED]),
            "## Wat wordt gepubliceerd / What is published",
            "",
            "Elke controle van een gepubliceerde tabel kost de uitgave: wat wij zelf maken, klopt of verschijnt niet. "
            "/ Each rule of a published table costs the release: what we make ourselves is right, or does not appear.",
            "",
            *_contracts(of_layer[Layer.PUBLISHED]),
        ]
    )


def _principle() -> Iterator[str]:
    yield (
        "Een cel kost een rij. Een rij kost de cijfers die deze nodig hebben, in de eenheden en thema's waar de rij "
        "telt, en de noot zegt zonder wie ('zonder HA'). Een levering waar niet op te bouwen is, maakt plaats voor de "
        "vorige die wel kon. Publicatie stopt alleen waar de uitgave zelf onwaar zou zijn, of waar het profiel streng "
        "is (`strictness: strict`): dan stopt ook elke rij die apart is gezet en elke levering die niet telt."
    )
    yield ""
    yield (
        "A cell costs its row. A row costs the figures that need it, in the units and themes where it counts, and the "
        "note says without whom ('zonder HA'). A delivery that cannot be relied on gives way to the one before it that "
        "could. Publication stops only where the release itself would be untrue, or where the profile is strict "
        "(`strictness: strict`): then each row that is set aside and each delivery that does not count stops it too."
    )
    yield ""


def _meanings() -> Iterator[str]:
    yield "| kost / costs | ernst / severity | betekenis | meaning |"
    yield "| --- | --- | --- | --- |"
    for costs in Costs:
        yield f"| `{costs}` {_named(costs)} | {costs.severity} | {MEANING[costs].nl} | {MEANING[costs].en} |"
    yield ""
    yield (
        "Een controle die niet kon worden beoordeeld (`not_run`) en een rij, cijfers of een levering kost, stopt de "
        "publicatie: niemand weet dan of het klopt. / A rule that could not be judged (`not_run`) and costs a row, "
        "figures or a delivery stops publication: nobody knows then whether it is right."
    )
    yield ""


def _named(costs: Costs) -> str:
    return f"{COSTS[costs].nl} / {COSTS[costs].en}"


def _declared(rules: Iterable[DeclaredRule]) -> Iterator[str]:
    yield from _HEADER
    for rule in rules:
        yield _line(rule.id, rule.nl, rule.en, rule.costs)


def _contracts(tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        yield f"### {table.name}"
        yield ""
        yield from _HEADER
        yield from (_of_contract(constraint) for constraint in table.constraints())
        yield ""


def _of_contract(constraint: Constraint) -> str:
    return _line(constraint.id, constraint.nl, constraint.en, (constraint.costs,))


def _line(rule: str, nl: str, en: str, costs: Iterable[Costs]) -> str:
    cells = (f"`{rule}`", f"{nl} / {en}", ", ".join(f"`{one}`" for one in costs))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
