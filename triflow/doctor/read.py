"""A call that the doctor makes, as a row; `reads` and `further_reads` have them all."""

from dataclasses import dataclass

from triflow.doctor.asks import Parameters


@dataclass(frozen=True, kw_only=True)
class Read:
    """A row of the catalogue.

    `asks` gives the parameters, or says why there is nothing to ask; see `asks`, the module.
    `gone` are error codes by which AWS says that there is no such thing: a fact, not an error.
    `after` are reads whose answers `asks` needs; `paged` lists are read to their end.
    What is asked `on_symptom` only is not asked while all is well; what is asked `on_request` only
    where the problem is named: it costs money, or tells nothing of what is wrong right now.
    """

    service: str
    call: str
    action: str
    asks: Parameters = lambda _: {}
    gone: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    paged: bool = False
    on_symptom: bool = False
    on_request: bool = False
