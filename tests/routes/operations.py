"""Every operation of the OpenAPI document with a body that is valid for it, and the right that it asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from app.accounts.rights import Action as A

PUBLIC, SIGNED_IN, DESK_ONLY = "public", "signed in", "a person at a desk"

# Method and path of every operation under /api/v1, and what it takes. A route that is not here fails the test.
NEEDS: dict[tuple[str, str], A | str] = {
    ("GET", "/setup"): PUBLIC,
    ("POST", "/setup"): PUBLIC,
    ("GET", "/session"): SIGNED_IN,
    ("POST", "/session"): PUBLIC,
    ("DELETE", "/session"): SIGNED_IN,
    ("POST", "/session/passkey"): PUBLIC,
    ("POST", "/session/passkey/options"): PUBLIC,
    ("GET", "/me"): DESK_ONLY,
    ("PATCH", "/me"): DESK_ONLY,
    ("POST", "/me/password"): DESK_ONLY,
    ("POST", "/me/totp"): DESK_ONLY,
    ("POST", "/me/totp/confirm"): DESK_ONLY,
    ("POST", "/me/totp/remove"): DESK_ONLY,
    ("POST", "/me/passkeys"): DESK_ONLY,
    ("POST", "/me/passkeys/options"): DESK_ONLY,
    ("DELETE", "/me/passkeys/{passkey_id}"): DESK_ONLY,
    ("DELETE", "/me/sessions"): DESK_ONLY,
    ("DELETE", "/me/sessions/{session_id}"): DESK_ONLY,
    ("GET", "/policy"): SIGNED_IN,
    ("POST", "/policy"): A.POLICY_MANAGE,
    ("POST", "/policy/acknowledge"): SIGNED_IN,
    ("GET", "/people"): A.PEOPLE_READ,
    ("POST", "/people"): A.PEOPLE_MANAGE,
    ("POST", "/people/{person_id}/invitation"): A.PEOPLE_MANAGE,
    ("POST", "/people/{person_id}/disable"): A.PEOPLE_MANAGE,
    ("POST", "/people/{person_id}/enable"): A.PEOPLE_MANAGE,
    ("DELETE", "/people/{person_id}/sessions"): A.PEOPLE_MANAGE,
    ("POST", "/events/{event_id}/roles"): A.PEOPLE_MANAGE,
    ("GET", "/api-keys"): A.KEYS_MANAGE,
    ("POST", "/api-keys"): A.KEYS_MANAGE,
    ("DELETE", "/api-keys/{key_id}"): A.KEYS_MANAGE,
    ("GET", "/proposals"): A.PROPOSAL_READ,
    ("POST", "/proposals/{proposal_id}/confirm"): A.PROPOSAL_CONFIRM,
    ("POST", "/proposals/{proposal_id}/refuse"): A.PROPOSAL_CONFIRM,
    ("POST", "/stream/tickets"): A.STREAM_DESK,
    ("POST", "/events/{event_id}/pairings"): A.DEVICE_MANAGE,
    ("GET", "/events/{event_id}/devices"): A.DEVICE_MANAGE,
    ("DELETE", "/devices/{device_id}"): A.DEVICE_MANAGE,
    ("POST", "/devices"): PUBLIC,
    ("POST", "/devices/challenge"): PUBLIC,
    ("POST", "/devices/session"): PUBLIC,
    ("POST", "/devices/touch"): SIGNED_IN,
    ("POST", "/devices/lock"): SIGNED_IN,
    ("POST", "/devices/unlock"): SIGNED_IN,
    ("GET", "/events"): SIGNED_IN,
    ("POST", "/events"): A.EVENT_CREATE,
    ("GET", "/events/{event_id}"): A.EVENT_READ,
    ("PATCH", "/events/{event_id}"): A.EVENT_EDIT,
    ("POST", "/events/{event_id}/go-live"): A.EVENT_LIFECYCLE,
    ("POST", "/events/{event_id}/end"): A.EVENT_LIFECYCLE,
    ("POST", "/events/{event_id}/hold"): A.SENDING_HOLD,
    ("POST", "/events/{event_id}/resume"): A.SENDING_RESUME,
    ("POST", "/events/{event_id}/stop"): A.SENDING_STOP,
    ("POST", "/events/{event_id}/restart"): A.SENDING_RESTART,
    ("GET", "/events/{event_id}/steps"): A.EVENT_READ,
    ("POST", "/events/{event_id}/steps"): A.CUE_EDIT,
    ("POST", "/events/{event_id}/steps/import"): A.CUE_EDIT,
    ("GET", "/events/{event_id}/steps/plan"): A.EVENT_READ,
    ("POST", "/events/{event_id}/steps/compare"): A.EVENT_READ,
    ("POST", "/events/{event_id}/steps/branch"): A.CUE_EDIT,
    ("PATCH", "/events/{event_id}/steps/{step_id}"): A.CUE_EDIT,
    ("DELETE", "/events/{event_id}/steps/{step_id}"): A.CUE_EDIT,
    ("POST", "/events/{event_id}/steps/{step_id}/sign"): A.CUE_SIGN,
    ("GET", "/events/{event_id}/audit"): A.AUDIT_READ,
    ("GET", "/events/{event_id}/consent"): A.CONSENT_READ,
    ("PUT", "/events/{event_id}/consent"): A.CONSENT_RECORD,
    ("POST", "/events/{event_id}/consent/confirm"): A.CONSENT_RECORD,
    ("POST", "/events/{event_id}/consent/revoke"): A.CONSENT_REVOKE,
    ("POST", "/events/{event_id}/preview"): A.EVENT_READ,
    ("GET", "/events/{event_id}/forecast"): A.EVENT_READ,
    ("GET", "/events/{event_id}/all-clear"): A.EVENT_READ,
    ("GET", "/events/{event_id}/updates"): A.EVENT_READ,
    ("POST", "/events/{event_id}/updates"): A.UPDATE_SUBMIT,
    ("GET", "/updates/{update_id}"): A.EVENT_READ,
    ("POST", "/updates/{update_id}/undo"): A.UPDATE_UNDO,
    ("GET", "/events/{event_id}/approvals"): A.EVENT_READ,
    ("GET", "/events/{event_id}/delegates"): A.EVENT_READ,
    ("GET", "/updates/{update_id}/approval"): A.EVENT_READ,
    ("POST", "/updates/{update_id}/approve"): A.UPDATE_DECIDE,
    ("POST", "/updates/{update_id}/reject"): A.UPDATE_DECIDE,
    ("POST", "/updates/{update_id}/send-back"): A.UPDATE_DECIDE,
    ("POST", "/updates/{update_id}/rewrite"): A.UPDATE_SUBMIT,
    ("POST", "/updates/{update_id}/approval/withdraw"): A.UPDATE_DECIDE,
    ("POST", "/updates/{update_id}/break-glass"): A.UPDATE_SUBMIT,
    ("POST", "/updates/{update_id}/review"): A.UPDATE_DECIDE,
    ("POST", "/updates/{update_id}/read-out"): A.UPDATE_SUBMIT,
    ("POST", "/updates/{update_id}/approve-by-phone"): A.UPDATE_SUBMIT,
    ("POST", "/events/{event_id}/phone-codes"): A.UPDATE_DECIDE,
    ("POST", "/updates/{update_id}/corrections/plan"): A.UPDATE_CORRECT,
    ("POST", "/updates/{update_id}/corrections"): A.UPDATE_CORRECT,
    ("GET", "/deliveries/{delivery_id}"): A.EVENT_READ,
    ("GET", "/deliveries/{delivery_id}/course"): A.EVENT_READ,
    ("POST", "/deliveries/{delivery_id}/resolve"): A.DELIVERY_RESOLVE,
    ("GET", "/events/{event_id}/replies"): A.REPLY_MODERATE,
    ("POST", "/replies/{reply_id}/show"): A.REPLY_MODERATE,
    ("POST", "/replies/{reply_id}/hide"): A.REPLY_MODERATE,
    ("GET", "/events/{event_id}/replies/counts"): A.REPLY_MODERATE,
    ("POST", "/events/{event_id}/media"): A.MEDIA_UPLOAD,
    ("PATCH", "/media/{media_id}"): A.MEDIA_UPLOAD,
    ("GET", "/media/{media_id}"): A.EVENT_READ,
    ("GET", "/templates"): SIGNED_IN,
    ("POST", "/templates/meter"): SIGNED_IN,
    ("POST", "/templates/{template_id}/fill"): SIGNED_IN,
    ("POST", "/templates/import"): A.TEMPLATE_MANAGE,
    ("POST", "/events/{event_id}/complication"): A.COMPLICATION_CALL,
    ("POST", "/events/{event_id}/complication/family-told"): A.FAMILY_TELL,
    ("POST", "/events/{event_id}/complication/course"): A.UPDATE_SUBMIT,
    ("POST", "/events/{event_id}/button/take"): A.BUTTON_HAND,
    ("POST", "/events/{event_id}/button/offer"): A.BUTTON_HAND,
    ("POST", "/events/{event_id}/button/accept"): A.BUTTON_HAND,
    ("POST", "/events/{event_id}/button/drill-known"): A.BUTTON_HAND,
    ("GET", "/events/{event_id}/silence"): A.EVENT_READ,
    ("GET", "/events/{event_id}/checklist"): A.EVENT_READ,
    ("GET", "/drill-packs"): SIGNED_IN,
    ("GET", "/drills/proficiency"): A.DRILL_READ,
    ("GET", "/events/{event_id}/drills"): A.DRILL_READ,
    ("GET", "/events/{event_id}/drills/clearance"): A.DRILL_READ,
    ("POST", "/events/{event_id}/drills"): A.DRILL_RUN,
    ("POST", "/events/{event_id}/drills/stop"): A.DRILL_RUN,
    ("GET", "/events/{event_id}/drills/{run_id}"): A.DRILL_READ,
    ("GET", "/channel-kinds"): A.CHANNEL_READ,
    ("GET", "/channels/readiness"): A.CHANNEL_READ,
    ("GET", "/channels"): A.CHANNEL_READ,
    ("POST", "/channels"): A.CHANNEL_MANAGE,
    ("POST", "/channels/connect"): A.CHANNEL_MANAGE,
    ("POST", "/channels/{channel_id}/connect"): A.CHANNEL_MANAGE,
    ("POST", "/channels/connected"): A.CHANNEL_MANAGE,
    ("POST", "/channels/{channel_id}/test"): A.CHANNEL_MANAGE,
    ("POST", "/channels/{channel_id}/resume"): A.CHANNEL_MANAGE,
    ("PUT", "/channels/{channel_id}/second"): A.CHANNEL_MANAGE,
    ("POST", "/channels/{channel_id}/credentials"): A.CHANNEL_MANAGE,
    ("DELETE", "/channels/{channel_id}"): A.CHANNEL_MANAGE,
    ("GET", "/audiences"): A.CHANNEL_READ,
    ("POST", "/audiences"): A.AUDIENCE_MANAGE,
    ("POST", "/audiences/{audience_id}/import"): A.AUDIENCE_MANAGE,
    ("GET", "/rehearsal"): A.REHEARSAL_PLAY,
    ("POST", "/rehearsal/play"): A.REHEARSAL_PLAY,
    ("POST", "/rehearsal/stop"): A.REHEARSAL_PLAY,
}
TIMELINE = "/events/{slug}/timeline/"

# Rows that only those who have a right learn about: whoever has none may be told that there is no such thing.
OF_A_ROW = ("{update_id}", "{delivery_id}", "{reply_id}", "{device_id}", "{proposal_id}", "{media_id}")


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    needs: "A | str | None"
    body: Any
    form: bool = False  # takes something else than JSON, which this does not make

    @property
    def changes(self) -> bool:
        return self.method != "GET"

    def url(self, **values: str) -> str:
        """The path with its parameters filled; what is not given is an id that does not exist."""
        parts = [
            values.get(part[1:-1], "00000000-0000-7000-8000-000000000000") if part.startswith("{") else part
            for part in self.path.split("/")
        ]
        return "/".join(parts)


def operations(app: FastAPI) -> Iterator[Operation]:
    """All of /api/v1 but the public timeline, which is for everybody."""
    document = app.openapi()
    for path, methods in document["paths"].items():
        short = path.removeprefix("/api/v1")
        if short == path or short.startswith(TIMELINE):
            continue
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            schema = (
                operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            )
            body = None if schema is None else made(schema, document["components"]["schemas"])
            yield Operation(
                method.upper(),
                short,
                NEEDS.get((method.upper(), short)),
                body,
                bool(content) and schema is None,
            )


def made(schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """The smallest value that a schema takes: required fields only, from examples where there are any."""
    if "$ref" in schema:
        return made(components[schema["$ref"].rpartition("/")[2]], components)
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return made(schema[several][0], components)
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {name: made(fields[name], components) for name in schema.get("required", ())}
        case "array":
            return [made(schema["items"], components)] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case _:
            formats = {"date-time": "2026-11-21T09:00:00Z", "date": "2026-11-21"}
            return formats.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))
