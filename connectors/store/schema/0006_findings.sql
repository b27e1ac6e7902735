-- Differences between portal, store and AFAS, by name; and the reconciliations that look for them.
-- No personal data in what, advice and sides: numbers of AFAS, hours, dates and states only.

create table finding (
    id bigint generated always as identity primary key,
    environment text not null, kind text not null, subject text not null, client text, week text,
    what text not null, cure text not null check (cure in ('pull-again', 'ask-again', 'send-again', 'person')),
    advice text not null, payment boolean not null, flow text, keys text[] not null default '{}',
    update bigint references outbox, sides jsonb not null default '{}',
    first_seen timestamptz not null default now(), last_seen timestamptz not null default now(),
    times_seen integer not null default 1,
    cured_at timestamptz, cured_by text, cure_told text,
    resolved_at timestamptz, resolution text
);
-- The same difference is one finding, however often it is seen.
create unique index finding_open on finding (environment, kind, subject) where resolved_at is null;
create index finding_recent on finding (environment, id desc);

create table reconciliation (
    id bigint generated always as identity primary key,
    environment text not null, kind text not null check (kind in ('light', 'whole')),
    state text not null default 'due' check (state in ('due', 'running', 'done', 'failed')),
    due_at timestamptz not null default now(), started_at timestamptz, ended_at timestamptz,
    attempts integer not null default 0, token uuid, leased_until timestamptz,
    weeks text[] not null default '{}', compared jsonb not null default '{}', calls integer not null default 0,
    raised integer not null default 0, seen_again integer not null default 0,
    resolved integer not null default 0, error text
);
create unique index reconciliation_open on reconciliation (environment, kind) where state in ('due', 'running');
create index reconciliation_recent on reconciliation (environment, id desc);

-- What is watched is found by its day.
create index hour_line_date on hour_line (environment, date);
create index claim_period on claim (environment, period_start);
create index claim_unpaid on claim (environment, period_start) where not paid and withdrawn_at is null;
