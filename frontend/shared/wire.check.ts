/**
 * The hand-written types against those generated from the server's own description: a field renamed, added or
 * dropped in Python fails the type check here. By hand they say more: which words a state can be, what is never null.
 */
import type * as access from './access.ts'
import type * as api from './api.types.ts'
import type * as commands from './commands.ts'
import type * as consent from './consent.ts'
import type * as draft from './draft.ts'
import type * as opinions from './second-opinions.ts'
import type * as templates from './templates.ts'
import type * as wire from './wire.ts'

type SameKeys<A, B> = [keyof A] extends [keyof B] ? ([keyof B] extends [keyof A] ? true : [never, Exclude<keyof B, keyof A>]) : [never, Exclude<keyof A, keyof B>]

export const checked: {
  Author: SameKeys<wire.Author, api.Author>
  DeskDelivery: SameKeys<wire.DeskDelivery, api.DeskDelivery>
  DeskUpdate: SameKeys<wire.DeskUpdate, api.DeskUpdate>
  DeskReply: SameKeys<wire.DeskReply, api.DeskReply>
  EventState: SameKeys<wire.EventState, api.EventState>
  EventDetail: SameKeys<commands.EventDetail, api.EventAnswer>
  EventChannel: SameKeys<commands.EventChannel, api.EventChannelAnswer>
  Step: SameKeys<commands.Step, api.StepAnswer>
  Session: SameKeys<commands.Session, api.SessionAnswer>
  Person: SameKeys<commands.Person, api.PersonAnswer>
  Channel: SameKeys<commands.Channel, api.ChannelAnswer>
  ChannelKind: SameKeys<commands.ChannelKind, api.ChannelKindAnswer>
  Attempt: SameKeys<commands.Attempt, api.AttemptAnswer>
  ApiKey: SameKeys<commands.ApiKey, api.KeyAnswer>
  StopReport: SameKeys<commands.StopReport, api.StopAnswer>
  Rehearsal: SameKeys<commands.Rehearsal, api.RehearsalAnswer>
  Preview: SameKeys<draft.Preview, api.PreviewAnswer>
  ChannelPreview: SameKeys<draft.ChannelPreview, api.ChannelPreview>
  Plan: SameKeys<draft.Plan, api.ForecastAnswer>
  Cost: SameKeys<draft.Cost, api.CostAnswer>
  Readiness: SameKeys<commands.Readiness, api.ReadinessAnswer>
  Forecast: SameKeys<commands.Forecast, api.DeliveryForecast>
  Measured: SameKeys<draft.Measured, api.MeasuredAnswer>
  Policy: SameKeys<access.Policy, api.PolicyAnswer>
  Proposal: SameKeys<access.Proposal, api.ProposalAnswer>
  Pairing: SameKeys<access.Pairing, api.PairingAnswer>
  Device: SameKeys<access.Device, api.DeviceAnswer>
  Paired: SameKeys<access.Paired, api.PairedAnswer>
  Passkey: SameKeys<access.Passkey, api.PasskeyAnswer>
  SessionRow: SameKeys<access.SessionRow, api.SessionRow>
  Factors: SameKeys<access.Factors, api.FactorsAnswer>
  Enrolment: SameKeys<access.Enrolment, api.EnrolmentAnswer>
  Approval: SameKeys<opinions.Approval, api.ApprovalAnswer>
  ShownPicture: SameKeys<opinions.ShownPicture, api.ShownPictureAnswer>
  Share: SameKeys<opinions.Share, api.ChannelShareAnswer>
  CorrectionPlan: SameKeys<opinions.CorrectionPlan, api.CorrectionPlanAnswer>
  CorrectionLine: SameKeys<opinions.CorrectionLine, api.CorrectionLineAnswer>
  CorrectionBody: SameKeys<opinions.CorrectionBody, api.CorrectionBody>
  Confirmation: SameKeys<opinions.Confirmation, api.ConfirmationAnswer>
  Decision: SameKeys<opinions.Decision, api.DecisionAnswer>
  Piece: SameKeys<opinions.Piece, api.PieceAnswer>
  Consent: SameKeys<consent.Consent, api.ConsentAnswer>
  Revoked: SameKeys<consent.Revoked, api.RevokedAnswer>
  Cause: SameKeys<commands.Cause, api.CauseAnswer>
  DutyState: SameKeys<wire.DutyState, api.DutyState>
  Template: SameKeys<templates.Template, api.Template>
  Slot: SameKeys<templates.Slot, api.Slot>
  Wording: SameKeys<templates.Wording, api.Wording>
  Filled: SameKeys<templates.Filled, api.Filled>
  Meter: SameKeys<templates.Meter, api.MeterAnswer>
} = {
  Author: true, DeskDelivery: true, DeskUpdate: true, DeskReply: true, EventState: true, EventDetail: true,
  EventChannel: true, Step: true, Session: true, Person: true, Channel: true, ChannelKind: true, Attempt: true,
  Policy: true, Proposal: true, Pairing: true, Device: true, Paired: true, Passkey: true, SessionRow: true, Factors: true, Enrolment: true,
  Approval: true, ShownPicture: true, Share: true, CorrectionPlan: true, CorrectionLine: true, CorrectionBody: true, Confirmation: true, Decision: true, Piece: true,
  Consent: true, Revoked: true, Cause: true, DutyState: true, Template: true, Slot: true, Wording: true, Filled: true, Meter: true,
  ApiKey: true, StopReport: true, Rehearsal: true, Preview: true, ChannelPreview: true, Plan: true, Cost: true, Forecast: true, Readiness: true, Measured: true,
}
