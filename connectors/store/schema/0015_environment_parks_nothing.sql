-- What was parked for what was wrong with the environment, and not with the record, comes back by itself: attempts
-- that ended without an outcome (a sick database), and columns that the token's user lost the right to.

with back as (
    update outbox set state = case when doubt then 'unclear' else 'ready' end, due_at = now(), ended_at = null,
        unfinished = 0
    where state = 'parked' and (reason like 'quarantine: %'
        or reason like 'AFAS shows a row that we cannot read: no rights on column %')
    returning id, reason
)
insert into attempt (outbox, step, outcome, detail)
select id, 'look', 'made due', 'an upgrade made it due again; it was parked: ' || reason from back;
