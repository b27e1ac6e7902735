-- ---------------------------------------------------------------- one id from the portal's request to AFAS's answer
-- correlation: the X-Request-Id of the request; trace_parent: its span (W3C), when traces are made.
alter table decision add column correlation text;
alter table outbox add column correlation text, add column trace_parent text;

-- ---------------------------------------------------------------- what must be told to people and programs
-- Mails and webhooks that we owe. content is emptied once it is sent or given up: it may name people.
create table notice (
    id bigint generated always as identity primary key,
    environment text not null, channel text not null check (channel in ('mail', 'webhook')),
    mark text not null unique,      -- the webhook-id, or the Message-ID: the same at every attempt
    topic text not null,            -- the event, or 'mail'
    content jsonb,
    state text not null default 'ready' check (state in ('ready', 'sent', 'failed')),
    created_at timestamptz not null default now(), due_at timestamptz not null default now(),
    attempts integer not null default 0, token uuid, leased_until timestamptz, reason text, ended_at timestamptz
);
create index notice_due on notice (environment, due_at) where state = 'ready';
create index notice_ended on notice (ended_at) where state <> 'ready';

-- ---------------------------------------------------------------- what is wrong now
-- One open row per name and subject. stage: a worse stage of the same alert is told at once (14 days, 7 days).
-- held: somebody said so, and will say when it is over; the others are over when no look has seen them for a while.
create table alert (
    id bigint generated always as identity primary key,
    environment text not null, name text not null, subject text not null default '', stage text not null default '',
    severity text not null check (severity in ('critical', 'warning')), summary text not null,
    path text not null default '',  -- where the console shows it
    held boolean not null default false, repeats boolean not null default true,
    raised_at timestamptz not null default now(), seen_at timestamptz not null default now(),
    told_at timestamptz, told_stage text, told integer not null default 0, resolved_at timestamptz
);
create unique index alert_open on alert (environment, name, subject) where resolved_at is null;
create index alert_recent on alert (environment, id desc);

-- ---------------------------------------------------------------- calls to AFAS, counted
-- Each process adds what it counted every few seconds: per minute for charts, and in all for counters that never
-- fall. up_to_...: calls that took at most so many milliseconds.
create table afas_calls (
    environment text not null, minute timestamptz not null, connector text not null, outcome text not null,
    calls bigint not null, seconds double precision not null, rows bigint not null,
    primary key (environment, minute, connector, outcome)
);
create table afas_calls_total (
    environment text not null, connector text not null, verb text not null, outcome text not null,
    calls bigint not null, seconds double precision not null, rows bigint not null,
    up_to_100 bigint not null, up_to_500 bigint not null, up_to_1000 bigint not null, up_to_5000 bigint not null,
    up_to_30000 bigint not null, up_to_120000 bigint not null,
    primary key (environment, connector, verb, outcome)
);

create index run_ended on run (environment, ended_at);

-- Since when an environment rests. A rest that is prolonged before it ended, or just after, is one rest.
alter table environment add column paused_since timestamptz;
create function note_pause() returns trigger language plpgsql as $$
begin
    if new.paused_until is null then
        new.paused_since := null;
    elsif tg_op = 'INSERT' or old.paused_until is null or old.paused_until < now() - interval '2 minutes' then
        new.paused_since := now();
    end if;
    return new;
end $$;
create trigger note_pause before insert or update of paused_until on environment
    for each row execute function note_pause();
