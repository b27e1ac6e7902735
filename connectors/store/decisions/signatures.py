"""Who signs a document, and whether somebody did: two expressions over ``document d`` and ``placement p``."""

SIGNER = "coalesce(d.contact, p.signature_contact)"

PLACEMENT = (
    "left join placement p on p.environment = d.environment and p.placement = d.placement"
    " and p.withdrawn_at is null"
)

# A sign-off that is under way or parked counts as signed. One that was seen in AFAS counts until a pull that
# began after that has told how the document stands now: what the mirror read before says nothing about it.
SIGNED = """exists(
    select from outbox o
    where o.environment = d.environment and o.subject = 'item:' || d.subject and o.kind = 'sign-off'
    and (update_is_open(o.state) or (o.state = 'done' and not exists(
        select from run r where r.environment = d.environment and r.flow = 'documents'
        and r.state = 'done' and r.started_at > o.ended_at)))
)"""
