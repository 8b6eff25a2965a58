"""The guard: every rule over every reading of a text, and the strictest verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.editorial.guard.allowed import hide
from app.editorial.guard.answers import answers
from app.editorial.guard.attended import attended
from app.editorial.guard.bedside import bedside
from app.editorial.guard.belongings import belongings
from app.editorial.guard.bulletins import bulletins
from app.editorial.guard.bynames import bynames
from app.editorial.guard.calendar import calendar
from app.editorial.guard.callings import callings
from app.editorial.guard.casing import in_sentence_case, read_in_sentence_case
from app.editorial.guard.codes import codes
from app.editorial.guard.confirming import confirming
from app.editorial.guard.contacts import contacts
from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.decision import GuardDecision, GuardRequest, Span, Verdict
from app.editorial.guard.dictionary import names
from app.editorial.guard.disguises import tidied, unveiled
from app.editorial.guard.dwelling import dwelling
from app.editorial.guard.evasion import other_readings, spread_names
from app.editorial.guard.fold import View, fold
from app.editorial.guard.glimpses import glimpses
from app.editorial.guard.guessed import guessed
from app.editorial.guard.hearsay import hearsay
from app.editorial.guard.homes import homes
from app.editorial.guard.introduced import without_introduced
from app.editorial.guard.inviting import uninvited
from app.editorial.guard.kinfolk import kinfolk
from app.editorial.guard.labels import labels
from app.editorial.guard.language import languages
from app.editorial.guard.lazy import Lazy, compile_all, looked_at
from app.editorial.guard.learned.continuing import continuing
from app.editorial.guard.learned.naming import naming
from app.editorial.guard.learned.network import network
from app.editorial.guard.learned.opinion import opinion
from app.editorial.guard.learned.signs import Token, tokens
from app.editorial.guard.learned.sorts import sort_of
from app.editorial.guard.learned.weighing import weighed, weighing
from app.editorial.guard.likeness import likeness
from app.editorial.guard.marks import marks
from app.editorial.guard.moments import moments
from app.editorial.guard.narrowing import narrowing
from app.editorial.guard.numbers import numbers
from app.editorial.guard.origins import origins
from app.editorial.guard.outdoors import outdoors
from app.editorial.guard.papers import papers
from app.editorial.guard.pastimes import masked, pastimes
from app.editorial.guard.people import people
from app.editorial.guard.places import places
from app.editorial.guard.presented import presented
from app.editorial.guard.registered import registered
from app.editorial.guard.remarks import remarks
from app.editorial.guard.replying import replying
from app.editorial.guard.roles import roles
from app.editorial.guard.sayings import sayings
from app.editorial.guard.slots import slots
from app.editorial.guard.spoken import spoken
from app.editorial.guard.traces import traces
from app.editorial.guard.traits import rare_operation, traits
from app.editorial.guard.window import WINDOW, split_over
from app.editorial.guard.years import years

MAX_CHARS = 5_000
"""Longer than any update, reply or alt text may be; beyond it nothing is judged and the text is blocked."""
KINDS = frozenset({"surgery", "crisis", "training", "press", "reply"})


class RuleGuard:
    """Rules and dictionaries, and a learned second opinion; nothing is asked elsewhere, no state beyond the dictionaries, the weights and a bounded number of words."""

    def __init__(self, *, second_opinion: bool = True) -> None:
        """`second_opinion`: off for what the rules say by themselves, which the trainer asks."""
        self._second_opinion = second_opinion

    def preload(self) -> None:
        """Read the dictionaries now, so that the first update does not wait for them."""
        names()
        compile_all()
        opinion()
        naming()
        continuing()
        network()
        weighing()
        sort_of("ready")
        languages("ready")

    def check(self, request: GuardRequest) -> GuardDecision:
        text = request.text
        langs = () if request.lang else languages(text[:300])
        lang = request.lang or langs[0]
        if len(text) > MAX_CHARS:
            return GuardDecision(
                Verdict.BLOCK,
                (Span(0, len(text), "R", "This is too long to be checked."),),
                lang,
                code="too_long",
            )
        # An unknown kind is judged like the strictest.
        kind = request.kind if request.kind in KINDS else "surgery"
        rough = fold(text)
        main = tidied(rough)
        hidden = in_sentence_case(hide(main, tuple(request.staff_allow), request.allow), names())
        hidden = without_introduced(hidden, request.previous, kind)
        # The width of gaps tells letters that are kept apart from words.
        uneven = hidden
        if main is not rough:
            uneven = in_sentence_case(hide(rough, tuple(request.staff_allow), request.allow), names())
        context = Context(hidden, kind, lang, langs)
        spans: list[Span] = []
        judged = self._judge(context)
        alone = list(judged)
        alone += list(registered(main, request.deny))
        if kind in ("surgery", "reply"):
            reason = "A name stands here with its letters kept apart."
            alone += [
                Finding(a, b, "A", BLOCK, reason, "the patient") for a, b in spread_names(hidden, names())
            ]
        spans += [_span(main, finding) for finding in alone]
        readings = list(other_readings(uneven, names()))
        if (seen := unveiled(text, uneven, names())) is not None:
            readings.append(seen)
        for reading in readings:
            found = [*self._judge(Context(reading, kind, lang, langs)), *registered(reading, request.deny)]
            spans += [_surer(text, _span(reading, f)) for f in found if reading.counts(f.start, f.end)]
        alone_blocks = any(span.verdict == BLOCK for span in spans)
        registered_together = False
        if request.previous:

            def judge(joined: str) -> tuple[Context, list[Finding]]:
                nonlocal registered_together
                view = in_sentence_case(
                    hide(fold(joined), tuple(request.staff_allow), request.allow), names()
                )
                inner = Context(view, kind, lang, langs)
                listed = list(registered(view, request.deny))
                registered_together = registered_together or bool(listed)
                found = self._judge(inner) + listed
                for reading in other_readings(view, names()):
                    for f in self._judge(Context(reading, kind, lang, langs)):
                        if reading.counts(f.start, f.end):
                            a, b = reading.original(f.start, f.end)
                            found.append(Finding(a, b, f.cls, f.verdict, f.reason, f.replacement))
                return inner, found

            earlier = [read_in_sentence_case(text, names()) for text in request.previous]
            spans += [_span(main, f) for f in split_over(earlier, context, alone, judge)]
        kept = _merged(spans)
        verdict = max((s.verdict for s in kept), key=_RANK.__getitem__, default=Verdict.PASS)
        if request.previous:
            # What shows only together with the updates before is often no more than the next number or name.
            doubtful = not alone_blocks and not registered_together
        else:
            # What only looks like a name may be doubted; a patient's name, a number, the event's own list or an evasion may not.
            doubtful = all(f.reason in _DOUBTED for f in judged if f.verdict == BLOCK) and not any(
                span.verdict == BLOCK for span in spans[len(judged) :]
            )
        if self._second_opinion and (verdict != BLOCK or doubtful):
            verdict, kept = _second(context, verdict, spans, _earlier(request))
            # What was disguised is weighed as what it stands for.
            for reading in readings:
                if verdict == BLOCK:
                    break
                _, more = weighed(masked(Context(reading, kind, lang, langs)), names(), verdict)
                if more is not None and reading.counts(more.start, more.end):
                    kept = _merged([*kept, _surer(text, _span(reading, more))])
                    verdict = max((span.verdict for span in kept), key=_RANK.__getitem__)
        return GuardDecision(verdict, kept, lang)

    def _judge(self, context: Context) -> list[Finding]:
        known = names()
        looked_at(context.low, context.plain)
        named = list(people(context, known))
        found = [
            *named,
            *contacts(context, known),
            *numbers(context),
            *calendar(context),
            *places(context),
            *traits(context),
            *likeness(context),
            *roles(context),
            *glimpses(context),
            *hearsay(context),
            *dwelling(context),
            *moments(context),
            *years(context),
            *callings(context),
            *presented(context, known, named),
            *kinfolk(context, known),
            *bynames(context, known),
            *bulletins(context, known),
            *belongings(context, known),
            *slots(context, known),
            *spoken(context, known),
            *labels(context),
            *codes(context),
            *marks(context),
            *origins(context, known),
            *remarks(context),
            *traces(context),
            *papers(context),
            *homes(context),
            *answers(context),
            *replying(context),
            *(
                (*confirming(context), *guessed(context), *bedside(context))
                if context.kind == "reply"
                else ()
            ),
            *attended(context),
            *narrowing(context),
        ]
        if context.kind == "reply":
            found = uninvited(context, found)
        found = sayings(context, outdoors(context, pastimes(context, found)))
        if context.kind == "surgery":
            found = [f for f in found if f.cls != "B" or not _AUDIENCE.search(context.before(f.start, 60))]
        for f in list(found):
            if f.cls == "A" and (age := _AGE_BEHIND.match(context.low, f.end)):
                found.append(Finding(*age.span(1), "C", ASK, "An age narrows down who it is.", ""))
        if (
            context.kind == "surgery"
            and any(f.cls in ("B", "C") for f in found)
            and (rare := rare_operation(context)) is not None
        ):
            reason = "A rare operation with an age, a day or a place points at one person."
            found.append(Finding(*rare, "R", ASK, reason, "the operation"))
        return found


def _earlier(request: GuardRequest) -> list[list[Token]]:
    """The pieces of the texts that this one is read together with, oldest first."""
    views = (
        in_sentence_case(hide(fold(text), tuple(request.staff_allow), request.allow), names())
        for text in request.previous[-(WINDOW - 1) :]
        if text.strip()
    )
    return [tokens(view.plain, view.low, names()) for view in views]


_AUDIENCE = Lazy(
    r"\b(?:students?|viewers|colleagues|audience|followers|hospitals?|friends|those|everyone|all|anyone|congress|meeting|conference|course|university|fellows|studenti|student[ie]sse|colleghi|amici|spettatori|ospedal[ei]|chi ci (?:segue|guarda)|congresso|universita|etudiant\w*|collegues|amis|spectateurs|hopital|hopitaux|ceux qui|congres|universite|estudiantes|companeros|amigos|espectadores|hospitales|quienes|congreso|universidad|estudiants|companys|amics|espectadors|els que|congres|universitat)"
    r"(?: (?:watching|following|joining|listening|tuned|us|live|ci (?:segue|guarda)|nous (?:suivent|regardent)|nos (?:siguen|ven)|ens (?:segueixen|miren)|here|over|up|down|back))* (?:in|from|of|at|di|da|dal|a|de|d'|du|depuis|desde|en|del|des de|al)(?: (?:the|la|el|il|le|les|los))? ?$"
)
_AGE_BEHIND = Lazy(
    r",? \(?(?:de |di |aged |d')?((?:1[01]\d|\d{1,2}))(?=[,.;:)]|$| (?:and|y|e|et|i|anni|ans|anos|anys|years?|yo|yrs)\b)(?![.,]\d)"
)
_DOUBTED = frozenset(
    {
        "This looks like somebody's first name.",
        "This looks like somebody's name.",
        "Somebody's name seems to stand here.",
    }
)
"""Reasons of rules that see a name and nobody it would be; of texts new to them one in twenty was harmless, of all others one in a hundred."""
_RANK = {Verdict.PASS: 0, Verdict.ASK: 1, Verdict.BLOCK: 2}


def _span(view: View, finding: Finding) -> Span:
    start, end = view.original(finding.start, finding.end)
    return Span(start, end, finding.cls, finding.reason, finding.replacement, finding.verdict)


_SPACED_OUT = Lazy(r"(?:[^\W\d_][^\w\r\n]{1,4}){4,}[^\W\d_]")


def _second(
    context: Context, verdict: Verdict, spans: list[Span], earlier: Sequence[list[Token]]
) -> tuple[Verdict, tuple[Span, ...]]:
    """The decision when what was learned has been heard beside the rules, which said `verdict` for these spans."""
    decided, more = weighed(masked(context), names(), verdict, earlier)
    if more is not None:
        return decided, _merged([*spans, _span(context.view, more)])
    kept = _merged(spans)
    if decided != verdict:
        kept = tuple(replace(s, verdict=min(s.verdict, decided, key=_RANK.__getitem__)) for s in kept)
    return decided, kept


def _surer(text: str, span: Span) -> Span:
    """A possible name whose letters were spaced out is one: nobody does that to a word that may be read."""
    if span.cls in "AB" and span.verdict == ASK and _SPACED_OUT.search(text[span.start : span.end]):
        return replace(span, verdict=BLOCK)
    return span


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    """In order; where two overlap the stricter stays, then the longer."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (-_RANK[s.verdict], -(s.end - s.start), s.start)):
        if not any(span.start < other.end and other.start < span.end for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda s: (s.start, s.end)))


__all__ = ["ASK", "BLOCK", "RuleGuard"]
