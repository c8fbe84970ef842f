"""Who may say of two entries whether they are one place."""

from nucleus.people.policy import who
from nucleus.resources.policy import may_edit_resource
from nucleus.resources.twins.models import TwinPair


def may_merge_twin(pair: TwinPair) -> bool:
    """Say whether whoever is here may make one of them: whoever may change both."""
    return all(may_edit_resource(who(), entry) for entry in (pair.low, pair.high))


def may_part_twin(pair: TwinPair) -> bool:
    """Say whether whoever is here may say that they are not the same: who keeps one knows it."""
    return any(may_edit_resource(who(), entry) for entry in (pair.low, pair.high))
