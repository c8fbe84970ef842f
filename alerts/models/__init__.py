"""The tables of alerts: the crisis, what it needs, whom it asks, and what surrounds it."""

from alerts.models.alert import CERTAINTIES as CERTAINTIES
from alerts.models.alert import FIRST_NUMBER as FIRST_NUMBER
from alerts.models.alert import REASONS as REASONS
from alerts.models.alert import SEVERITIES as SEVERITIES
from alerts.models.alert import STAY_MINUTES as STAY_MINUTES
from alerts.models.alert import URGENCIES as URGENCIES
from alerts.models.alert import Alert as Alert
from alerts.models.alert import AlertDesk as AlertDesk
from alerts.models.alert import Approval as Approval
from alerts.models.alert import Need as Need
from alerts.models.confidence import Confidence as Confidence
from alerts.models.confidence import Reveal as Reveal
from alerts.models.drill import USUAL_HOUR as USUAL_HOUR
from alerts.models.drill import Drill as Drill
from alerts.models.drill import DrillPlan as DrillPlan
from alerts.models.inbound import Inbound as Inbound
from alerts.models.recipient import CARE_STEPS as CARE_STEPS
from alerts.models.recipient import JUDGED as JUDGED
from alerts.models.recipient import WELL as WELL
from alerts.models.recipient import Debrief as Debrief
from alerts.models.recipient import Recipient as Recipient
from alerts.models.unwanted import Unwanted as Unwanted
