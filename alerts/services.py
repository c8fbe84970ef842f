"""The verbs of alerts, under one roof for pages, jobs, the help button and tests."""

from alerts.answering import Answer as Answer
from alerts.answering import Answered as Answered
from alerts.answering import answer as answer
from alerts.answering import mark_arrived as mark_arrived
from alerts.answering import mark_done as mark_done
from alerts.answering import spoke_by_phone as spoke_by_phone
from alerts.answering import withdraw as withdraw
from alerts.approving import approve_surplus as approve_surplus
from alerts.approving import break_glass as break_glass
from alerts.approving import refuse_surplus as refuse_surplus
from alerts.asking import ask_next_wave as ask_next_wave
from alerts.asking import open_alert as open_alert
from alerts.cap.taking import take_cap as take_cap
from alerts.caring import say_alright as say_alright
from alerts.closing import close_alert as close_alert
from alerts.closing import send_correction as send_correction
from alerts.closing import send_update as send_update
from alerts.drafting import AlertDraft as AlertDraft
from alerts.drafting import NeedDraft as NeedDraft
from alerts.drafting import draft_alert as draft_alert
from alerts.following import accept_handover as accept_handover
from alerts.following import decline_handover as decline_handover
from alerts.following import give_sign as give_sign
from alerts.following import offer_handover as offer_handover
from alerts.following import take_alert as take_alert
