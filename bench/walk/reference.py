"""
The states that the design reference names, and which of the walk shows each.

The reference is its README: flows A to C, set-up, components. A state that no walked scene shows stands in `ELSEWHERE`
with what shows it, or with why it is not there.
"""

REFERENCE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Modes", "standby", ("desk-front",)),
    ("Modes", "live event; real incident (light and dark), drill", ("desk-surgery", "desk-crisis")),
    ("Modes", "on hold", ("presenter-hold", "desk-hold")),
    ("Modes", "stopped", ("presenter-stop", "desk-stop", "viewer-paused")),
    ("Tablet", "next step loaded, previews, outbox", ("presenter-step",)),
    ("Tablet", "countdown with Undo; stacked", ("presenter-counting", "presenter-counting-two")),
    ("Tablet", "curated question answered", ("presenter-questions",)),
    (
        "Tablet",
        "offline, waiting; handed over by phone; older than 10 minutes",
        ("presenter-offline", "presenter-phoned", "presenter-old"),
    ),
    ("Tablet", "slow link, Skip photos", ("presenter-slow",)),
    ("Tablet", "access withdrawn on a channel", ("presenter-no-access",)),
    ("Tablet", "privacy check: blocked; warned", ("presenter-phi", "presenter-warned")),
    ("Tablet", "over a channel's limit", ("presenter-too-long",)),
    ("Tablet", "photo check; no photo", ("presenter-photo", "presenter-no-photo")),
    ("Tablet", "hold; stop", ("presenter-hold", "presenter-stop")),
    ("Tablet", "patient withdraws consent; the course has changed", ("desk-consent", "desk-course")),
    ("Desk", "start an incident or another event", ("desk-new-event",)),
    ("Desk", "template: chosen, being filled", ("desk-templates", "desk-template-filled")),
    ("Desk", "written: languages, previews, audience, cost and time, delay beside Send", ("desk-written",)),
    ("Desk", "privacy check", ("desk-phi",)),
    ("Desk", "approval pending", ("desk-pending",)),
    (
        "Desk",
        "approval: read by another, of one's own, with pictures",
        ("desk-approval", "desk-approval-own", "desk-approval-pictures"),
    ),
    ("Desk", "asked in turn", ("desk-delegates",)),
    (
        "Desk",
        "delivery: board, people over time, partial failure by cause, held",
        ("desk-delivery", "desk-delivery-chart", "desk-causes", "desk-held-digest"),
    ),
    ("Desk", "rate limited", ("desk-limited",)),
    ("Desk", "tries of one delivery: what each came to, what comes next", ("desk-tries", "desk-limited")),
    ("Desk", "access withdrawn", ("desk-no-access",)),
    ("Desk", "correction; retraction; all clear", ("desk-correction", "desk-taking-back", "desk-all-clear")),
    ("Desk", "promise missed; silence", ("desk-promise-late", "desk-silence")),
    (
        "Desk",
        "stop: asked, stopped, started again by another",
        ("desk-stop-asked", "desk-stop", "desk-restart"),
    ),
    ("Desk", "this computer is offline", ("desk-offline",)),
    ("Desk", "cue sheet; keyboard; account", ("desk-steps", "desk-keys", "desk-me")),
    (
        "Desk",
        "events, tablets, record, drills, what waits for two",
        ("desk-events", "desk-tablets", "desk-audit", "desk-drills", "desk-two"),
    ),
    ("Replies", "queue; one in its context", ("desk-replies", "desk-reply")),
    ("Public page", "live; crisis", ("viewer-surgery", "viewer-crisis")),
    ("Public page", "new updates wait behind the pill", ("viewer-new",)),
    ("Public page", "reconnecting; not live", ("viewer-reconnecting", "viewer-not-live")),
    ("Public page", "language missing", ("viewer-language",)),
    ("Public page", "corrected and taken back", ("viewer-corrected",)),
    ("Public page", "paused; ended", ("viewer-paused", "viewer-ended")),
    ("Public page", "no script; printed", ("viewer-no-script", "viewer-printed")),
    ("Widget", "card; bar; the webmaster's page", ("embed-card", "embed-bar", "embed-page")),
    (
        "Set-up",
        "first person; five steps",
        (
            "set-up",
            "desk-setup-hospital",
            "desk-setup-people",
            "desk-setup-channels",
            "desk-setup-rules",
            "desk-setup-drill",
        ),
    ),
    (
        "Set-up",
        "channels: all, added, second provider",
        ("desk-channels", "desk-add-channel", "desk-second-provider"),
    ),
    (
        "Set-up",
        "people, invitation, sign-in, pairing",
        ("desk-people", "desk-invitation", "invitation", "sign-in", "pair"),
    ),
)

ELSEWHERE: tuple[tuple[str, str], ...] = (
    ("training, rumours, feeds' and press pages", "of a later issue; no control of theirs is shown"),
    (
        "STOP while it is pressed, the bell of a sent step, the counting ring",
        "movement; `tests/browser/test_longer_words.py` looks at it with motion off",
    ),
    (
        "rest, hover, focus, pressed, disabled of each control",
        "`frontend/shared/ui.css`; focus by `tests/browser/test_keyboard.py`, edges in forced colours by `test_longer_words.py`",
    ),
    (
        "a tablet that was left alone, wiped, or whose policy is new",
        "`tests/browser/test_coming_in.py`, scanned there",
    ),
    (
        "an approval whose text changed while it was read",
        "`tests/browser/test_second_opinions.py` and `frontend/desk/approvals.test.tsx`",
    ),
    ("text messages for readers (number, then YES)", "no server behaviour yet, so no control"),
)
