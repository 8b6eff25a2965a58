"""
Faults by name: what can be made to go wrong, per platform, and what is armed now.

A platform declares its faults in a table, so that a panel renders itself from `describe()`. A fault is sticky
or holds for the next n calls that it concerns; its dice are seeded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

ParamValue = str | int | float | bool


class UnknownFault(LookupError):
    """No such platform, fault or parameter, or a value of the wrong kind. The message says which."""


@dataclass(frozen=True, slots=True)
class Param:
    """One knob of a fault. The kind of the value is the kind of its default."""

    name: str
    default: ParamValue
    label: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FaultSpec:
    """
    One row of a platform's table.

    Args:
        name: Stored in ledgers and tests: never rename.
        sentence: What the platform will do, for the panel.
        concerns: Which calls it hits when nothing else is asked: those that publish, or all of them.
        is_standing: A condition that holds while it is set and is read with `peek`: nothing counts its hits,
            so it has neither a number of times nor a probability.
    """

    name: str
    sentence: str
    params: tuple[Param, ...] = ()
    concerns: Literal["writes", "all"] = "writes"
    is_standing: bool = False


@dataclass(slots=True)
class ArmedFault:
    """A fault that is set; `left` is None while it is sticky."""

    spec: FaultSpec
    params: dict[str, ParamValue]
    left: int | None
    probability: float
    action: str | None
    hits: int = field(default=0)

    def matches(self, action: str, is_write: bool) -> bool:
        if self.action is None:
            return is_write or self.spec.concerns == "all"
        return self.action == "*" or action == self.action or action.startswith(self.action + ".")


def _checked(spec: FaultSpec, params: Mapping[str, ParamValue]) -> dict[str, ParamValue]:
    known = {param.name: param for param in spec.params}
    values = {param.name: param.default for param in spec.params}
    for name, value in params.items():
        if name not in known:
            raise UnknownFault(f"The fault {spec.name} has no parameter {name}.")
        param = known[name]
        if param.choices and value not in param.choices:
            raise UnknownFault(f"{name} is one of {', '.join(param.choices)}.")
        default = param.default
        if isinstance(default, bool) or isinstance(value, bool):
            if type(default) is not type(value):
                raise UnknownFault(f"{name} has the wrong kind of value.")
            values[name] = value
        elif isinstance(default, (int, float)):
            if not isinstance(value, (int, float)):
                raise UnknownFault(f"{name} is a number.")
            values[name] = value
        else:
            values[name] = str(value)
    return values


class FaultPanel:
    """What is declared and what is armed, for all platforms of one run."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._specs: dict[str, dict[str, FaultSpec]] = {}
        self._armed: dict[str, dict[str, ArmedFault]] = {}

    def declare(self, platform: str, specs: Iterable[FaultSpec]) -> None:
        self._specs[platform] = {spec.name: spec for spec in specs}
        self._armed.setdefault(platform, {})

    def _spec(self, platform: str, name: str) -> FaultSpec:
        try:
            return self._specs[platform][name]
        except KeyError:
            raise UnknownFault(f"There is no fault {name} on {platform}.") from None

    def arm(
        self,
        platform: str,
        name: str,
        params: Mapping[str, ParamValue] | None = None,
        times: int | None = None,
        probability: float = 1.0,
        action: str | None = None,
    ) -> None:
        """
        Set a fault, replacing the same one if it is set already.

        Args:
            times: How many calls it hits; None means until it is cleared.
            action: One action ("post.create"), its group ("post"), or "*" for all calls.
        """
        spec = self._spec(platform, name)
        if times is not None and times < 1:
            raise UnknownFault("times is at least 1; leave it out for a fault that stays.")
        if not 0 < probability <= 1:
            raise UnknownFault("probability is above 0 and at most 1.")
        if spec.is_standing and (times is not None or probability != 1 or action is not None):
            raise UnknownFault(f"{name} is a condition: it holds for all calls until it is cleared.")
        self._armed[platform][name] = ArmedFault(
            spec, _checked(spec, params or {}), times, probability, action
        )

    def clear(self, platform: str, name: str | None = None) -> None:
        if name is None:
            self._armed.setdefault(platform, {}).clear()
            return
        self._spec(platform, name)
        self._armed[platform].pop(name, None)

    def reset(self) -> None:
        for armed in self._armed.values():
            armed.clear()

    def take(
        self, platform: str, name: str, action: str = "*", is_write: bool = True
    ) -> dict[str, ParamValue] | None:
        """The parameters of this fault if it hits this call, which then counts; else None."""
        fault = self._armed.get(platform, {}).get(name)
        if fault is None or not fault.matches(action, is_write):
            return None
        if fault.probability < 1 and self._rng.random() >= fault.probability:
            return None
        fault.hits += 1
        if fault.left is not None:
            fault.left -= 1
            if fault.left == 0:
                del self._armed[platform][name]
        return fault.params

    def peek(self, platform: str, name: str) -> dict[str, ParamValue] | None:
        """The parameters of a standing condition (a lag, a spelling), without counting a hit."""
        fault = self._armed.get(platform, {}).get(name)
        return None if fault is None else fault.params

    def describe(self) -> dict[str, list[dict[str, object]]]:
        """Everything a panel needs, per platform, in the order of the tables."""
        return {
            platform: [self._describe(spec, self._armed[platform].get(spec.name)) for spec in specs.values()]
            for platform, specs in self._specs.items()
        }

    @staticmethod
    def _describe(spec: FaultSpec, armed: ArmedFault | None) -> dict[str, object]:
        return {
            "name": spec.name,
            "sentence": spec.sentence,
            "concerns": spec.concerns,
            "standing": spec.is_standing,
            "params": [
                {
                    "name": param.name,
                    "label": param.label,
                    "default": param.default,
                    "choices": list(param.choices),
                }
                for param in spec.params
            ],
            "armed": None
            if armed is None
            else {
                "params": armed.params,
                "times_left": armed.left,
                "probability": armed.probability,
                "action": armed.action,
                "hits": armed.hits,
            },
        }
