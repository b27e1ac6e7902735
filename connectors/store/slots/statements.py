"""Who may call AFAS now: the statements on the slots of an environment.

AFAS bears 8 calls in parallel at most (AFAS: troubleshooting.md). What is unanswered may still be one of
them, so it takes slots away, but never all: three are left, one for each use. Of the slots that are left,

    look     may take any, and has the lowest for itself
    write    leaves the lowest, and one more for each write without an answer, down to one write at a time
    pull     leaves the lowest to looks and the highest to writes

More than four writes without an answer: AFAS is ill. One write at a time goes on, and after each that is
lost the next one waits longer, by a sixtieth of AFAS's limit (15 s) for each beyond four. So there are some
fourteen at most.
"""

from __future__ import annotations

from domain.outbox.afas_call import Use

AFAS_BEARS = 8
LEFT = 3
UNANSWERED_WRITES = 4
"""Of writes without an answer more than so many make the next one wait: with four in flight that is eight."""
GAP = 1 / 60
"""The wait for each one more, as a part of AFAS's limit."""

_ROOM = f"""
    with unanswered_calls as (
        select count(*) as calls, count(*) filter (where use = 'write') as writes,
            max(since) filter (where use = 'write') as newest
        from unanswered where environment = %(environment)s
    ), room as (
        select least(%(most)s, greatest({LEFT}, {AFAS_BEARS} - calls)) as slots, writes, newest
        from unanswered_calls
    )
"""  # noqa: S608 - only our own numbers are put in, here and below
_LANES = {
    Use.LOOK: "select 0 as low, slots as high from room",
    Use.PULL: "select greatest(0, least(1, slots - 2)) as low, greatest(1, slots - 1) as high from room",
    Use.WRITE: f"""
        select greatest(0, least(1 + writes, slots - 1)) as low, slots as high from room
        where writes <= {UNANSWERED_WRITES}
            or newest + make_interval(secs => (writes - {UNANSWERED_WRITES}) * %(gap)s) <= now()
    """,  # noqa: S608
}
_HIGHEST_FIRST = {Use.LOOK: "", Use.PULL: "", Use.WRITE: "desc"}


def _take(use: Use) -> str:
    """Take a slot. One whose lease ended was held by a process that died: its call is unanswered."""
    return f"""
        {_ROOM}, lane as ({_LANES[use]}), chosen as (
            select s.* from afas_slot s, lane where s.environment = %(environment)s
                and s.slot >= lane.low and s.slot < lane.high and s.leased_until <= now()
            order by s.slot {_HIGHEST_FIRST[use]} limit 1 for update of s skip locked
        ), died as (
            insert into unanswered_call (token, environment, use, outbox, since, over_at)
            select token, environment, use, outbox, leased_until,
                leased_until + make_interval(secs => %(limit)s)
            from chosen where token is not null
            on conflict do nothing
        ), heard as (
            delete from no_room n using chosen
            where n.environment = chosen.environment and n.use = %(use)s
        )
        update afas_slot s set token = %(token)s, use = %(use)s, outbox = %(update)s,
            leased_until = now() + make_interval(secs => %(lease)s)
        from chosen where s.environment = chosen.environment and s.slot = chosen.slot
        returning s.slot
    """  # noqa: S608


TAKE = {use: _take(use) for use in Use}
KEEP = """
    update afas_slot set leased_until = now() + make_interval(secs => %(lease)s)
    where environment = %(environment)s and token = any(%(tokens)s)
"""
FREE = """
    with answered as (delete from unanswered_call where token = %(token)s)
    update afas_slot set token = null, leased_until = '-infinity'
    where environment = %(environment)s and token = %(token)s
"""
ABANDON = """
    with freed as (
        update afas_slot set token = null, leased_until = '-infinity'
        where environment = %(environment)s and token = %(token)s returning environment, use, outbox
    ), over as (
        delete from unanswered_call c where c.environment = %(environment)s and (c.over_at <= now()
            or not exists (select from outbox o where o.id = c.outbox and o.doubt) and c.outbox is not null)
    )
    insert into unanswered_call (token, environment, use, outbox, since, over_at)
    select %(token)s, environment, use, outbox, now(), now() + make_interval(secs => %(limit)s) from freed
    on conflict do nothing
"""
STILL_WAITS = "asked_at > now() - interval '6 minutes'"
"""Who gave up asking does not wait any more: each that waits asks again within some minutes."""
IN_VAIN = f"""
    insert into no_room (environment, use, since, asked_at)
    values (%(environment)s, %(use)s, now() - make_interval(secs => %(waited)s), now())
    on conflict (environment, use) do update set asked_at = excluded.asked_at,
        since = case when no_room.{STILL_WAITS} then no_room.since else excluded.since end
"""  # noqa: S608
MAKE = """
    insert into afas_slot (environment, slot) select %(environment)s, generate_series(0, %(most)s - 1)
    on conflict do nothing
"""
DROP = """
    delete from afas_slot where environment = %(environment)s and slot >= %(most)s and leased_until <= now()
"""
