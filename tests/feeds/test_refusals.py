"""Every refusal a person at a desk, a tablet or the way in can meet is said in each language of the screens."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, product
from typing import Any

import pytest

import app.db_faults
from app.broadcast import refusals
from app.channels import facebook_errors, smpp_errors, twilio_errors
from app.channels.facebook import _NEEDED, _WANTED, judge_token
from app.editorial import consent
from app.errors import AppError, CredentialsRejected
from app.routes import field_words, problems
from build_frontend import ROOT

APP = ROOT / "app"
OPEN = "\0"  # where a name, a figure or a time stands
NOWHERE = {"simulators", "migrations", "static"}

# Refused to a program alone, and so in English: no page of ours can be answered with them. Each says why.
PROGRAMS: Mapping[str, str] = {
    "bad_base64": "the bytes of a passkey or a device key, which the page's own code makes",
    "bad_cursor": "the place in a list that was read, which the page repeats as it was given",
    "bad_device_key": "a key that the tablet's own code makes",
    "bad_key": "a header that the page's own code makes",
    "bad_signature": "a platform's call to us",
    "bad_verify_token": "a platform's call to us",
    "draining": "asked by whoever balances load",
    "internal": "a bug in a caller's order; what a person reads is the sentence of problems.py",
    "key_missing": "a header that the page's own code sets",
    "key_refused": "an API key",
    "key_without_owner": "an API key",
    "not_a_person": "an API key",
    "not_a_session": "an API key",
    "not_an_object": "a line for `tocsin measure`",
    "not_editable": "a field that no form of ours has",
    "not_json": "a line for `tocsin measure`",
    "no_text": "a line for `tocsin measure`",
    "not_unicode": "a line for `tocsin measure`",
    "not_utf8": "a line for `tocsin measure`",
    "wrong_type": "a line for `tocsin measure`",
    "removed": "a page of its own in the reader's language",
    "too_many_viewers": "the public page, which says that it is reconnecting",
    "unknown_channel": "`tocsin measure` and its API",
    "unknown_channel_kind": "the pages offer the kinds there are",
    "unknown_check": "the pages offer the list there is",
    "unknown_course": "the pages offer the courses there are",
    "unknown_item": "a page of its own in the reader's language",
    "unknown_kind": "the pages offer the kinds there are",
    "unknown_policy": "the pages offer the settings there are",
    "unknown_priority": "the pages set it",
    "unknown_role": "the pages offer the roles there are",
    "unknown_scope": "the pages offer the scopes there are",
    "unreadable_webhook": "a platform's call to us",
    "wrong_account": "a platform's call to us",
    "bad_decision": "the pages offer the choices there are",
}
# Sentences of codes that people do meet, but not with these words.
PROGRAM_SENTENCES: Mapping[str, str] = {
    "This channel has no consumer secret to check X's signature with.": "a platform's call to us",
    "This channel takes no webhooks.": "a platform's call to us",
    "The webhook is larger than 1 MiB.": "a platform's call to us",
    "This key lacks the scope \0 for this event. Ask an admin for one that has it.": "an API key",
    "This is done by a person, not by a key. Sign in.": "an API key",
    "No key has this scope: \0.": "an API key; the page offers those there are",
    "These cannot be null: \0. Leave them out to keep them.": "a field that no form of ours sends so",
    "Tickets are for the desk and family topics of an event.": "the page's own code asks for them",
    "A topic is EVENT:NAME, for example 018f…:public.": "the page's own code writes it",
    "Only the public timeline is a document; staff use the socket.": "the page's own code asks for it",
    "Choose languages among \0.": "the pages offer the languages there are",
    "Choose languages among \0, the event's own one included.": "the pages offer the languages there are",
    "Pack \0: \0 \0.": "what is wrong in a file, in the words of what checks it",
    "\0: \0": "what is wrong in a file, in the words of what checks it",
    "Template \0: \0\0.\0": "what is wrong in a file, in the words of what checks it",
    "This file is not JSON: \0 cannot be read. Mend it, then send it again.": "a file's own line and its reader's words",
    "This file is not YAML: \0, \0. Mend it, then send it again.": "a file's own line and its reader's words",
}
# Codes that are put together as they are raised: what they can be, and what they then say.
MADE: Mapping[str, list[tuple[str, str]]] = {
    "f'consent_{found.standing}'": [(f"consent_{how}", words) for how, words in consent.WHY.items()],
    "f'consent_{how}'": [(f"consent_{how}", words) for how, words in consent.WHY.items()],
    "f'picture_{code}'": [
        (f"picture_{code}", words)
        for code, words in importlib.import_module("app.editorial.pictures")._WHY.items()
    ],
    "f'bad_{what}'": [
        (f"bad_{what}", f"These {what} are missing or not right: \0.") for what in ("settings", "credentials")
    ],
    "guard.code or 'guard_failed'": [
        (
            code,
            "The privacy check is not working, so nothing can be sent. Tell the engineer on duty.",
        )
        for code in ("guard_failed", "guard_missing")
    ],
    "ORIGINAL_IN_DOUBT": [
        (
            refusals.ORIGINAL_IN_DOUBT,
            "This deletes a post that may be out. Decide about that post first.",
        )
    ],
    "EVENT_CHANGED": [("event_changed", "This event was changed meanwhile. Send it again.")],
    "f'unknown_{what}'": [],  # severity, urgency, certainty: the pages offer the words there are
}
# Raised with a sentence that is written somewhere else; `beside` lists those.
ELSEWHERE = {"consent_incomplete"}


@dataclass(frozen=True)
class Refused:
    code: str
    sentence: str
    where: str


def parts(node: ast.expr, module: Any) -> list[str]:
    """Every sentence that an expression can be, open where it is not known."""
    match node:
        case ast.Constant(value=str(words)):
            return [words]
        case ast.JoinedStr(values=values):
            return ["".join(one) for one in product(*(parts(value, module) for value in values))]
        case ast.FormattedValue():
            return [OPEN]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return ["".join(one) for one in product(parts(left, module), parts(right, module))]
        case ast.IfExp(body=body, orelse=orelse):
            return parts(body, module) + parts(orelse, module)
        case ast.Name(id=name) if isinstance(getattr(module, name, None), str):
            return [getattr(module, name)]
        case _:
            return [OPEN]


def refused() -> Iterator[Refused]:
    """Everything that `raise`s, or is handed on to be raised, as an AppError anywhere in the server."""
    for path in sorted(APP.rglob("*.py")):
        source = path.read_text("utf-8")
        if NOWHERE & set(path.relative_to(APP).parts):
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(source)
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
        if not any(isinstance(call.func, ast.Name) and call.func.id[:1].isupper() for call in calls):
            continue
        module = importlib.import_module(name.removesuffix(".__init__"))
        for call in calls:
            kind = getattr(module, call.func.id, None) if isinstance(call.func, ast.Name) else None
            if not (inspect.isclass(kind) and issubclass(kind, AppError)):
                continue
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            given = [word.value for word in call.keywords if word.arg == "code"]
            if given and not isinstance(given[0], ast.Constant):
                written = ast.unparse(given[0])
                assert written in MADE, f"{where}: say in MADE what {written} can be"
                yield from (Refused(code, said, where) for code, said in MADE[written])
                continue
            code = str(given[0].value) if given else kind.default_code  # type: ignore[attr-defined]
            said = parts(call.args[0], module)
            if said == [OPEN]:
                assert code in ELSEWHERE, f"{where}: write the sentence of {code} where it is raised"
                continue
            yield from (Refused(code, one, where) for one in said)


def beside() -> Iterator[Refused]:
    """What a person reads without an AppError of its own: a field, a record, a database, a bug."""
    for kind, words in field_words._SENTENCES.items():
        yield Refused("invalid_input", words, f"field_words:{kind}")
    yield Refused("invalid_input", field_words._ANY, "field_words")
    source = (APP / "editorial" / "consent.py").read_text("utf-8")
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id == "Missing":
            found = [said for said in parts(call.args[1], consent) if said != OPEN]
            yield from (Refused("consent_incomplete", said, "consent.missing") for said in found)
    for _field, words in chain(consent._TEXTS, consent._STATEMENTS):
        yield Refused("consent_incomplete", words, "consent")
    for words in (app.db_faults.CUT, app.db_faults.CUT_WITH_KEY, app.db_faults.CUT_READING):
        yield Refused("database_away", words, "db_faults")
    yield Refused("bad_json", problems.BAD_JSON, "problems")
    yield Refused("not_found", "There is nothing at this address.", "problems")
    yield Refused("too_slow", "The body did not arrive in time. Send it again.", "shield")
    yield Refused("too_large", "The body may have at most \0 bytes. Send less.", "shield")


def catalogue(lang: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((ROOT / "frontend" / "i18n" / f"{lang}.json").read_text("utf-8"))
    return found


def shape(sentence: str) -> str:
    return re.sub(r"\{\w+\}", OPEN, sentence)


def is_for_a_program(one: Refused) -> bool:
    return one.code in PROGRAMS or one.sentence in PROGRAM_SENTENCES


EVERY = [*refused(), *beside()]
ENGLISH = catalogue("en")


def keys_of(one: Refused) -> list[str]:
    """Where the pages look for a sentence of a code."""
    prefixes = [f"refusal.{one.code}"] + (["consent.why"] if one.code.startswith("consent_") else [])
    return [
        key
        for key, text in ENGLISH.items()
        if any(key == prefix or key.startswith(f"{prefix}.") for prefix in prefixes)
        and shape(text) == shape(one.sentence)
    ]


class TestRefusals:
    def test_every_refusal_to_a_person_has_words_in_every_language(self) -> None:
        """Nobody meets an English sentence on a page of their own language; what only programs see is named above."""
        theirs = {lang: catalogue(lang) for lang in ("it", "fr", "es", "ca")}
        lacking = {
            f"{one.code}: {one.sentence!r} ({one.where})"
            for one in EVERY
            if not is_for_a_program(one)
            and not any(all(key in said for said in theirs.values()) for key in keys_of(one))
        }
        assert sorted(lacking) == []
        # Marked as not yet read by anybody who speaks it.
        assert all(said["_needs_reader"] is True for said in theirs.values())

    def test_the_pages_know_no_refusal_that_the_server_does_not_make(self) -> None:
        """A sentence that changes in the server changes in the catalogue: what nobody says is taken out."""
        made = {(one.code, shape(one.sentence)) for one in EVERY}
        # Told by the page itself, of an answer that is not the server's own; and a bug's, with its number.
        own = {"refusal.http", "refusal.internal"}
        known = {key: text for key, text in ENGLISH.items() if key.startswith("refusal.") and key not in own}
        stray = [key for key, text in known.items() if (key.split(".")[1], shape(text)) not in made]
        assert stray == []

    def test_what_only_programs_see_is_still_said(self) -> None:
        """The two lists of exceptions hold nothing that is gone, so that neither hides a new sentence by its age."""
        codes = {one.code for one in EVERY}
        sentences = {one.sentence for one in EVERY}
        assert [code for code in PROGRAMS if code not in codes] == []
        assert [said for said in PROGRAM_SENTENCES if said not in sentences] == []
        translated = {key.split(".")[1] for key in ENGLISH if key.startswith("refusal.")}
        assert sorted(set(PROGRAMS) & translated - {"internal"}) == []

    @pytest.mark.parametrize("lang", ["it", "fr", "es", "ca"])
    def test_what_is_filled_in_stands_in_the_english_sentence(self, lang: str) -> None:
        """Names and figures are read out of the server's English: a translation can use no other."""
        wrong = {
            key: set(re.findall(r"\{(\w+)\}", text)) - set(re.findall(r"\{(\w+)\}", ENGLISH[key]))
            for key, text in catalogue(lang).items()
            if key.startswith(("refusal.", "seen."))
        }
        assert {key: names for key, names in wrong.items() if names} == {}


class TestSeen:
    def test_why_a_channel_is_paused_has_words_in_every_language(self) -> None:
        """Whatever a platform refuses our access with stands on the channels page in the person's language."""
        said = set()
        for path in sorted((APP / "channels").glob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            tree = ast.parse(path.read_text("utf-8"))
            for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
                if isinstance(call.func, ast.Name) and call.func.id == CredentialsRejected.__name__:
                    said |= set(parts(call.args[0], importlib.import_module(name)))
        for table in (twilio_errors._CREDENTIALS, facebook_errors._AUTH_SUBCODES, smpp_errors._OUR_SIDE):
            said |= set(table.values())
        whys = {*facebook_errors._TOKEN_WORDS.values(), "the token is no longer accepted"}
        said |= {f"Connect the Page again: {why}." for why in whys}
        known = [re.compile(pattern(text)) for key, text in ENGLISH.items() if key.startswith("seen.")]
        # Two go to the log of a stream that never opens; three are open until their tables, above, are read.
        silent = {
            "Subscribing to replies needs an OAuth 2.0 user token.",
            "The stream needs the app's bearer token.",
        }
        open_ones = {
            OPEN,
            f"Connect the Page again: {OPEN}.",
            "X no longer accepts these tokens; connect the account again.\0",
        }
        lacking = {
            one
            for one in said - silent - open_ones
            if not any(shown.fullmatch(one.replace(OPEN, "suspended")) for shown in known)
        }
        assert lacking == set()

    def test_what_a_token_is_judged_as_has_words(self) -> None:
        """Each answer of Facebook about our token, in the shapes that the pages know."""
        now = datetime(2026, 11, 22, tzinfo=UTC)
        whole = {"is_valid": True, "profile_id": "1", "scopes": [*_NEEDED, *_WANTED]}
        soon = int((now + timedelta(days=2)).timestamp())
        answers = [
            whole,
            {**whole, "profile_id": "2"},
            {**whole, "scopes": [_NEEDED[0]]},
            {**whole, "scopes": [*_NEEDED]},
            {**whole, "expires_at": soon},
        ]
        known = [
            re.compile(pattern(text)) for key, text in ENGLISH.items() if key.startswith("seen.facebook.")
        ]
        said = {judge_token(answer, "1", now)[1] for answer in answers}
        assert len(said) == len(answers)
        assert [one for one in said if not any(shown.fullmatch(one) for shown in known)] == []


def pattern(text: str) -> str:
    return ".+".join(re.escape(part) for part in re.split(r"\{\w+\}", text))
