"""What cures say, before and after."""

from __future__ import annotations

from domain.said import Said

RESOLVED = Said("it is resolved already: {how}", "deze is al opgelost: {how}")
FULL_RUN = Said("a full run of {flow} is made due", "{flow} wordt volledig opnieuw opgehaald")
UNREADABLE = Said("{key}: cannot be read; it stays as it is", "{key}: onleesbaar; blijft zoals het is")
MORE = Said("and {count} more", "en nog {count}")
OFFERED = Said(
    "the declaration is derived anew, and offered again when AFAS waits for approval",
    "de declaratie wordt opnieuw afgeleid, en weer aangeboden als AFAS op goedkeuring wacht",
)
WITHDRAWN = Said("{row}: gone from AFAS: withdrawn", "{row}: weg uit AFAS: wordt ingetrokken")
SAME = Said("{count} rows are the same in AFAS", "{count} regels zijn hetzelfde in AFAS")
NEW = Said("{row}: not kept: written", "{row}: hebben wij niet: wordt geschreven")
WRITTEN = Said("{row}: written: {names}", "{row}: wordt overschreven: {names}")
BELIEVED = Said(
    "{count} rows read afresh and believed, {gone} withdrawn",
    "{count} regels vers gelezen en overgenomen, {gone} ingetrokken",
)
NOT_READ = Said("; {count} cannot be read", "; {count} onleesbaar")
ONCE_MORE = Said(
    "update {update} is owed once more, with the same mark; looked for first",
    "wijziging {update} wordt nog eens verstuurd, met hetzelfde kenmerk; eerst wordt ernaar gezocht",
)
OWED_AGAIN = Said("owed again as update {update}", "opnieuw te versturen als wijziging {update}")
DUE_AGAIN = Said("update {update} is due again: {why}", "wijziging {update} gaat opnieuw: {why}")
