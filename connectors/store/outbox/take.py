"""The statement that takes updates: how many, and how long they rest when it ends badly."""

from __future__ import annotations

SHARE = 4
"""One take gets this part of what is due, so that four workers share a short queue."""

# One kind at a time, so that its looks can be batched. What ended without an outcome before is worked alone,
# and rests longer each time: an update that kills its worker must not take forty-nine others down for ever.
TAKE = """
    with first as (
        select id, kind, unfinished from takeable_update where environment = %(environment)s
        order by due_at, id limit 1
    ), due as (
        select count(*) from (select from takeable_update t join first on first.kind = t.kind
            where t.environment = %(environment)s limit %(most)s * %(share)s) counted
    ), chosen as (
        select t.id from takeable_update t join first on first.kind = t.kind
        where t.environment = %(environment)s
            and case when first.unfinished > 0 then t.id = first.id else t.unfinished = 0 end
        order by t.due_at, t.id
        limit least(%(most)s, (select ceil(count / %(share)s::numeric) from due))
        for update of t skip locked
    )
    update outbox set token = %(token)s, attempts = attempts + 1, unfinished = unfinished + 1,
        state = case when state = 'sending' then 'unclear' else state end,
        leased_until = now() + make_interval(secs => %(lease)s),
        due_at = case when unfinished = 0 then due_at else now() + make_interval(secs => %(lease)s
            + (%(rests)s::float8[])[least(unfinished, cardinality(%(rests)s::float8[]))]) end,
        reason = case when unfinished < 2 then reason
            else unfinished || ' attempts in a row ended without an outcome' end
    from chosen where outbox.id = chosen.id returning outbox.*, now() as taken_at
"""
