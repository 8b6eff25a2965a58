"""Tables, one file per noun. Importing this package fills SQLModel.metadata."""

from app.models.access import (
    Device,
    Pairing,
    Passkey,
    PolicyAck,
    PolicyText,
    Proposal,
    RecoveryCode,
    UsedChallenge,
)
from app.models.approval import Approval, PhoneCode, PhoneTry, Verdict
from app.models.audience import Audience, OptedOut, Recipient
from app.models.audit import AuditEntry
from app.models.channel import Channel, ChannelCursor
from app.models.consent import ConsentRecord, ConsentState
from app.models.delivery import (
    Act,
    Attempt,
    Delivery,
    DeliveryPart,
    DeliveryState,
    LimitGrant,
    LimitHold,
    LimitKeeper,
    MessagePart,
    PendingReceipt,
    RecipientDelivery,
)
from app.models.drill import DrillRun, DrillState
from app.models.idempotency import IdempotencyRecord, SeenInbound
from app.models.live_event import EventChannel, EventKind, EventState, LiveEvent, Sending
from app.models.media import MediaFile
from app.models.person import EVERY_EVENT, ApiKey, EventRole, Person, Role, Session, SignInCode, StreamTicket
from app.models.reply import HELP, NAMELESS, Reply, ReplyState
from app.models.step import Step
from app.models.template import StoredTemplate
from app.models.topic import Topic, TopicChange, TopicName
from app.models.update import (
    NOT_OUT,
    PRIORITY_RANK,
    Occasion,
    Priority,
    Update,
    UpdateKind,
    UpdateRevision,
    UpdateState,
)
from app.models.watch import Complication, Handover

__all__ = [
    "EVERY_EVENT",
    "HELP",
    "NAMELESS",
    "NOT_OUT",
    "PRIORITY_RANK",
    "Act",
    "ApiKey",
    "Approval",
    "Attempt",
    "Audience",
    "AuditEntry",
    "Channel",
    "ChannelCursor",
    "Complication",
    "ConsentRecord",
    "ConsentState",
    "Delivery",
    "DeliveryPart",
    "DeliveryState",
    "Device",
    "DrillRun",
    "DrillState",
    "EventChannel",
    "EventKind",
    "EventRole",
    "EventState",
    "Handover",
    "IdempotencyRecord",
    "LimitGrant",
    "LimitHold",
    "LimitKeeper",
    "LiveEvent",
    "MediaFile",
    "MessagePart",
    "Occasion",
    "OptedOut",
    "Pairing",
    "Passkey",
    "PendingReceipt",
    "Person",
    "PhoneCode",
    "PhoneTry",
    "PolicyAck",
    "PolicyText",
    "Priority",
    "Proposal",
    "Recipient",
    "RecipientDelivery",
    "RecoveryCode",
    "Reply",
    "ReplyState",
    "Role",
    "SeenInbound",
    "Sending",
    "Session",
    "SignInCode",
    "Step",
    "StoredTemplate",
    "StreamTicket",
    "Topic",
    "TopicChange",
    "TopicName",
    "Update",
    "UpdateKind",
    "UpdateRevision",
    "UpdateState",
    "UsedChallenge",
    "Verdict",
]
