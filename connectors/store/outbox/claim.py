"""The statement that claims updates: which are due, how many, and how long they rest when it ends badly."""

from __future__ import annotations

SHARE = 4
"""A claim takes this part of what is due, so that four workers share a short queue."""

_OPEN = """
    o.environment = %(environment)s and o.state in ('ready', 'sending', 'unclear') and o.due_at <= now()
    and (o.leased_until is null or o.leased_until <= now())
    and not exists (select from paused_kind p where p.environment = o.environment and p.kind = o.kind
        and (p.until is null or p.until > now()))
    and not exists (select from outbox earlier where earlier.environment = o.environment
        and earlier.subject = o.subject and earlier.id < o.id
        and earlier.state in ('ready', 'sending', 'unclear', 'parked'))
"""
# One kind at a time, so that its looks can be batched. What ended without an outcome before is worked alone,
# and rests longer each time: an update that kills its worker must not take forty-nine others down for ever.
CLAIM = f"""
    with first as (
        select o.id, o.kind, o.unfinished from outbox o where {_OPEN} order by o.due_at, o.id limit 1
    ), due as (
        select count(*) from (select from outbox o join first on first.kind = o.kind where {_OPEN}
            limit %(most)s * %(share)s) counted
    ), chosen as (
        select o.id from outbox o join first on first.kind = o.kind
        where {_OPEN} and case when first.unfinished > 0 then o.id = first.id else o.unfinished = 0 end
        order by o.due_at, o.id
        limit least(%(most)s, (select ceil(count / %(share)s::numeric) from due))
        for update of o skip locked
    )
    update outbox set token = %(token)s, attempts = attempts + 1, unfinished = unfinished + 1,
        state = case when state = 'sending' then 'unclear' else state end,
        leased_until = now() + make_interval(secs => %(lease)s),
        due_at = case when unfinished = 0 then due_at else now() + make_interval(secs => %(lease)s
            + (%(rests)s::float8[])[least(unfinished, cardinality(%(rests)s::float8[]))]) end,
        reason = case when unfinished < 2 then reason
            else unfinished || ' attempts in a row ended without an outcome' end
    from chosen where outbox.id = chosen.id returning outbox.*, now() as claimed_at
"""  # noqa: S608 - only our own text is put in
