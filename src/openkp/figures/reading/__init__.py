"""Files of figures as others made them: every record kept, every defect named, nothing guessed."""

from openkp.figures.reading.sources import KINDS, check_size, read_source
from openkp.figures.reading.types import Defect, Read, UnreadableSource

__all__ = ["KINDS", "Defect", "Read", "UnreadableSource", "check_size", "read_source"]
