"""Twilio Programmable Messaging, imitated: messages, senders with their pace, opt-outs, signed callbacks."""
