"""The verbs of alerts, under one roof for pages, jobs, the help button and tests."""

from alerts.answering import Answer as Answer
from alerts.answering import Answered as Answered
from alerts.answering import answer as answer
from alerts.answering import mark_arrived as mark_arrived
from alerts.answering import mark_done as mark_done
from alerts.answering import spoke_by_phone as spoke_by_phone
from alerts.answering import withdraw as withdraw
from alerts.asking import approve_surplus as approve_surplus
from alerts.asking import ask_next_wave as ask_next_wave
from alerts.asking import open_alert as open_alert
from alerts.closing import close_alert as close_alert
from alerts.closing import send_correction as send_correction
from alerts.closing import send_update as send_update
from alerts.closing import take_alert as take_alert
from alerts.drafting import AlertDraft as AlertDraft
from alerts.drafting import NeedDraft as NeedDraft
from alerts.drafting import draft_alert as draft_alert
