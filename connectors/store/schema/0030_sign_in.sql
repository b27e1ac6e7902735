-- ---------------------------------------------------------------- signing in: who is counted with whom
-- about: SHA-256 of the name alone. All counts of a name, from every address and browser, can be forgotten at once.
alter table console_failure add column about bytea;
create index console_failure_about on console_failure (environment, about);
create index console_failure_last on console_failure (environment, last_at);

-- A browser in which somebody signed in to the end before. device: SHA-256 of what its cookie holds. Wrong passwords of
-- strangers do not lock it out.
create table console_device (
    environment text not null, device bytea not null,
    person bigint not null references console_person on delete cascade,
    seen_at timestamptz not null default now(),
    primary key (environment, device, person)
);
create index console_device_person on console_device (person);

-- What may happen without end, and is told to the audit trail once a minute at most: how often it happened since
-- told_at, and the detail of the last time.
create table tally (
    environment text not null, actor text not null, action text not null, subject text not null,
    times integer not null, detail text not null, told_at timestamptz not null,
    primary key (environment, actor, action, subject)
);
