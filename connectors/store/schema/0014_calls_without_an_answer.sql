-- Calls to AFAS in flight, and calls that went without an answer, apart. A call in flight holds one of the few
-- slots, by a short lease that its process renews. A call that we hung up on, or whose process died, may occupy
-- AFAS until AFAS's own limit is over; it holds no slot, and only tells how many more AFAS can bear.

alter table afas_slot add column use text, add column outbox bigint;

create table unanswered_call (
    token uuid primary key, environment text not null, use text not null, outbox bigint,
    since timestamptz not null, over_at timestamptz not null
);
create index unanswered_call_open on unanswered_call (environment, over_at);

-- What waits for room in vain, by use ('look', 'write', 'pull'): since when, and when it last asked.
create table no_room (
    environment text not null, use text not null, since timestamptz not null, asked_at timestamptz not null,
    primary key (environment, use)
);

-- A write whose effect was seen, or that surely did not happen, is over, however its call ended: that is what
-- an update without doubt means.
create view unanswered as
    select c.environment, c.use, c.since from unanswered_call c
    where c.over_at > now()
        and (c.outbox is null or exists (select from outbox o where o.id = c.outbox and o.doubt));

-- Until now an abandoned call kept its slot; only the end of its lease is known.
insert into unanswered_call (token, environment, use, since, over_at)
    select token, environment, 'write', now(), leased_until from afas_slot
    where token is not null and leased_until > now();
update afas_slot set token = null, leased_until = '-infinity';
