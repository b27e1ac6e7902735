-- Keeping and forgetting.

-- Who was erased on request. AFAS may go on sending what it knows of them: it is blanked before it is written.
create table erased (
    environment text not null, kind text not null check (kind in ('employee', 'contact')), key text not null,
    at timestamptz not null default now(),
    primary key (environment, kind, key)
);

-- A row stands here from a restore until the flows were read whole and all that was owed was looked up (G12).
create table restored (
    environment text primary key, at timestamptz not null default now(),
    reason text not null            -- restored, or why we think that the database was put back
);

-- To find what is old without reading what is not: millions of rows stay, a few go every hour.
create index attempt_at on attempt (at);
create index outbox_told on outbox (environment, ended_at) where kind in ('change-mobile', 'ask-question');
create index decision_told on decision (environment, decided_at) where kind in ('change-mobile', 'ask-question');
create index hour_line_withdrawn on hour_line (environment, withdrawn_at) where withdrawn_at is not null;

-- To find the update that sends a stored file.
create index outbox_file on outbox (environment, (payload ->> 'file')) where kind = 'attach-file';

-- The life of this database. Its beat only grows, and is remembered outside too: a database whose beat is behind
-- was put back to an older state without telling us. A restore begins a new life.
create table epoch (
    single boolean primary key default true check (single), id uuid not null default gen_random_uuid(),
    beat bigint not null default 0, at timestamptz not null default now()
);
insert into epoch default values;
