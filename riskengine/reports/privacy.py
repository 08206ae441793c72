"""What a report may show of a person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from riskengine.kernel.masking import mask_name, mask_personal

# The same ids and sentences come again and again in a report.
_masked = lru_cache(maxsize=1 << 16)(mask_personal)


@dataclass(frozen=True, slots=True)
class Privacy:
    """Masks personal data unless ``show_personal``.

    A natural person is an operator whose id has the shape of a resident number. Drivers are in no table of a run.
    """

    show_personal: bool

    def text(self, text: str) -> str:
        """Any text: resident and mobile numbers masked."""
        return text if self.show_personal else _masked(text)

    def name(self, operator_id: str, name: str) -> str:
        """An operator's name: a natural person's masked, unless the number stands in for it."""
        if self.show_personal or not _is_natural(operator_id) or name == operator_id:
            return self.text(name)
        return mask_name(name)

    def about(self, operator_id: str, name: str, text: str) -> str:
        """A text about an operator, in which its name may occur."""
        if not self.show_personal and len(name) > 1 and _is_natural(operator_id):
            text = text.replace(name, self.name(operator_id, name))
        return self.text(text)


def _is_natural(operator_id: str) -> bool:
    return _masked(operator_id) != operator_id
