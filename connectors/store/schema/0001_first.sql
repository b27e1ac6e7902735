-- Everything Loonbrug knows and owes. Every table is keyed by environment: one installation may serve several
-- AFAS environments. Times are timestamptz (UTC inside); AFAS's own clock texts stay texts.

-- ---------------------------------------------------------------- what we know: the mirror of AFAS
-- One table per kind of record; columns named like the fields of the record in domain/. content_hash tells
-- "unchanged" without comparing columns; withdrawn_at marks what AFAS no longer shows (marked, never erased);
-- written_at is when we last learnt something about the row, by the database's clock.

create table employee (
    environment text not null, employee text not null, person text not null, flex boolean not null,
    blocked boolean not null, initials text, first_name text, prefix text, last_name text not null,
    work_email text, private_email text, mobile_work text, mobile_private text, employment integer,
    employment_start date, employment_end date, contract_start date, contract_end date, contract_type text,
    pocket_user boolean not null, changed_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, employee)
);
create index employee_person on employee (environment, person);

create table onboarding_item (
    environment text not null, subject bigint not null, subject_type integer not null, employee text, person text,
    placement text, submitted_at timestamptz not null, workflow_status text, workflow_closed boolean not null,
    task text, task_entered_at timestamptz, attachments integer not null, changed_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, subject)
);
create index onboarding_item_employee on onboarding_item (environment, employee);
create index onboarding_item_person on onboarding_item (environment, person);

create table client (
    environment text not null, client text not null, organisation text not null, name text not null,
    chamber_of_commerce text, email text, phone text, blocked boolean not null, changed_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, client)
);

create table contact (
    environment text not null, contact bigint not null, client text not null, organisation text not null,
    person text not null, name text not null, job_title text, email text, mobile text, mobile_private text,
    blocked boolean not null, changed_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, contact)
);
create index contact_client on contact (environment, client);

create table agreement (
    environment text not null, agreement text not null, client text not null, description text not null,
    start_date date, end_date date, closed boolean not null, changed_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, agreement)
);
create index agreement_client on agreement (environment, client);

create table placement (
    environment text not null, placement text not null, employee text not null, agreement text not null,
    client text not null, job text not null, job_description text, start_date date not null, end_date date,
    claim_contact bigint, signature_contact bigint, account_manager text, cost_centre text,
    cost_centre_rule smallint not null, target_hours numeric(15, 2), changed_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, placement)
);
create index placement_employee on placement (environment, employee);

create table hour_line (
    environment text not null, line bigint not null, date date not null, year integer not null,
    period integer not null, employee text not null, placement text, agreement text, client text, claim text,
    item_type text not null, item text not null, item_description text, hour_type text,
    quantity numeric(19, 4) not null, unit text not null, start_time text, end_time text, break_time text,
    description text, cost_centre text, reference text, finished boolean not null, agreed boolean not null,
    rejected boolean not null, approved_externally boolean not null,
    created_at timestamptz not null, changed_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, line)
);
create index hour_line_claim on hour_line (environment, claim) where claim is not null;
create index hour_line_open on hour_line (environment, placement, date) where claim is null;
create index hour_line_employee on hour_line (environment, employee, date);

create table deleted_line (
    environment text not null, line bigint not null, deleted_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, line)
);

create table claim (
    environment text not null, claim text not null, kind text not null, year integer not null,
    period integer not null, period_start date not null, period_end date not null, placement text not null,
    employee text not null, agreement text not null, client text not null, cost_centre text, reference text,
    subject bigint not null, workflow_status text not null, approved_externally boolean not null,
    approved_by bigint, approved_at timestamptz, approved_internally boolean not null,
    processed boolean not null, paid boolean not null, paid_at timestamptz, invoiced boolean not null,
    total_hours numeric(19, 4) not null, created_at timestamptz not null, changed_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, claim)
);
create index claim_placement on claim (environment, placement);

create table document (
    environment text not null, subject bigint not null, subject_type integer not null, kind text not null,
    title text not null, client text, agreement text, placement text, employee text, contact bigint,
    submitted_at timestamptz not null, workflow_status text, workflow_closed boolean not null,
    changed_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, subject)
);
create index document_client on document (environment, client);
create index document_contact on document (environment, contact);

create table document_file (
    environment text not null, attachment bigint not null, subject bigint not null, file_id text not null,
    name text not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, attachment)
);
create index document_file_subject on document_file (environment, subject);

create table task (
    environment text not null, subject bigint not null, subject_type integer not null, claim text,
    workflow text not null, workflow_description text not null, task text not null,
    task_description text not null, executor text not null, entered_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, subject, task, executor)
);

create table action (
    environment text not null, workflow text not null, task text not null, action text not null,
    description text not null, action_type integer not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, action)
);

create table invoice (
    environment text not null, invoice text not null, client text not null, invoice_date date not null,
    due_date date not null, amount numeric(15, 2) not null, balance numeric(15, 2) not null,
    currency text not null, subject bigint, changed_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, invoice)
);
create index invoice_client on invoice (environment, client, invoice_date desc);

-- ---------------------------------------------------------------- what follows from it: derived, never edited
-- A trigger notes what became stale in the transaction that changed its ground; sync/derive.py works it off.

create table stale (
    environment text not null, kind text not null check (kind in ('declaration', 'onboarding')), key text not null,
    since timestamptz not null default now(),
    primary key (environment, kind, key)
);

-- number: the claim number, or placement@2026-W47 for hours that were not submitted yet.
create table declaration (
    environment text not null, number text not null, status text not null, version text not null,
    client text, placement text, employee text, agreement text, contact bigint, week text not null,
    period_start date not null, period_end date not null, hours numeric(19, 4) not null,
    lines integer not null, cost_centre text, reference text, cost_centre_required boolean not null,
    kind text not null, subject bigint, missing text[] not null, changed_at timestamptz not null,
    in_afas boolean not null default true,  -- false while a decision of the portal is not seen in AFAS yet
    primary key (environment, number)
);
create index declaration_status on declaration (environment, status, number);
create index declaration_client on declaration (environment, client, number);
create index declaration_week on declaration (environment, week, number);

create table declaration_history (
    id bigint generated always as identity primary key,
    environment text not null, number text not null, at timestamptz not null default now(),
    event text not null, detail text not null default ''
);
create index declaration_history_number on declaration_history (environment, number, id);

create table onboarding (
    environment text not null, person text not null, employee text, state text not null, since timestamptz,
    evidence jsonb not null, changed_at timestamptz not null default now(),
    primary key (environment, person)
);
create index onboarding_state on onboarding (environment, state, person);

-- A mark that is there already is locked all the same, until the change that it stands for is committed: a deriver
-- that took it before would work from the old ground, and the mark would be gone.
create function note_stale(declarations text[], people text[], env text) returns void language sql as $$
    insert into stale (environment, kind, key)
    select env, 'declaration', key from (select distinct unnest(declarations) as key) d where key is not null
    order by key on conflict (environment, kind, key) do update set since = least(stale.since, excluded.since);
    insert into stale (environment, kind, key)
    select env, 'onboarding', key from (select distinct unnest(people) as key) p where key is not null
    order by key on conflict (environment, kind, key) do update set since = least(stale.since, excluded.since);
$$;

-- ---------------------------------------------------------------- what we could not read
create table parked_row (
    id bigint generated always as identity primary key,
    environment text not null, flow text not null, key text not null, reason text not null,
    row jsonb not null, first_seen timestamptz not null default now(), last_seen timestamptz not null default now(),
    content_hash bytea not null, resolved_at timestamptz, resolution text
);
create unique index parked_row_open on parked_row (environment, flow, key) where resolved_at is null;

-- ---------------------------------------------------------------- how far we are, and what we did
create table flow (
    environment text not null, flow text not null,
    watermark text,                 -- AFAS's own newest changed-on, as AFAS spelled it, without the false Z
    newest_key text,                -- the key of that newest row: ties within one second
    settled boolean not null default false,  -- the overlap behind the watermark was reread once without news
    news_at timestamptz,            -- when a run last brought something new: too soon after it nothing settles
    paused boolean not null default false, pause_reason text,
    broken text,                    -- why the flow stopped (a missing column); cleared by the next good run
    last_run bigint, last_success timestamptz, row_estimate bigint not null default 0,
    primary key (environment, flow)
);

create table run (
    id bigint generated always as identity primary key,
    environment text not null, flow text not null, kind text not null check (kind in ('poll', 'wide', 'full')),
    state text not null default 'due' check (state in ('due', 'running', 'done', 'failed')),
    due_at timestamptz not null default now(), started_at timestamptz, ended_at timestamptz,
    attempts integer not null default 0, token uuid, leased_until timestamptz, since text,
    forced boolean not null default false,  -- a person said that much is gone indeed
    read integer not null default 0, new integer not null default 0, changed integer not null default 0,
    unchanged integer not null default 0, parked integer not null default 0, withdrawn integer not null default 0,
    calls integer not null default 0, error text,
    constraint conservation check (read = new + changed + unchanged + parked)
);
-- At most one run of a flow is wanted or running: two clocks cannot make two.
create unique index run_open on run (environment, flow) where state in ('due', 'running');
create index run_recent on run (environment, flow, id desc);

-- The keys that a full run has seen so far; what is known and not among them is gone. Emptied when the run ends,
-- and worth nothing after a crash: the run starts again.
create unlogged table seen_key (run bigint not null, key text not null);
create index seen_key_run on seen_key (run);

create table schedule (
    environment text not null, name text not null, next_at timestamptz not null,
    primary key (environment, name)
);

-- ---------------------------------------------------------------- what was decided, and what we owe for it
create table decision (
    id bigint generated always as identity primary key,
    environment text not null, kind text not null, subject text not null, version text,
    contact bigint, content jsonb not null, decided_at timestamptz not null default now(),
    channel text not null default 'portal', api_key text
);
create index decision_subject on decision (environment, subject, id);

create table outbox (
    id bigint generated always as identity primary key,
    environment text not null, decision bigint references decision, kind text not null,
    subject text not null,          -- what keeps its order: claim:..., item:..., contact:..., person:...
    state text not null default 'ready'
        check (state in ('ready', 'sending', 'unclear', 'done', 'parked', 'void')),
    version text,                   -- the content that was shown and approved
    payload jsonb not null,
    mark text not null,             -- our own sign, to find the effect again in AFAS
    due_at timestamptz not null default now(), attempts integer not null default 0, sends integer not null default 0,
    unfinished integer not null default 0,      -- claims in a row without an outcome: too many is quarantine
    doubt boolean not null default false,       -- sent, and nobody knows yet what became of it
    token uuid, leased_until timestamptz, sent_at timestamptz, empty_looks integer not null default 0,
    last_look_at timestamptz, evidence jsonb not null default '{}',
    reason text, log_reference text, created_at timestamptz not null default now(),
    ended_at timestamptz
);
create index outbox_open on outbox (environment, due_at) where state in ('ready', 'sending', 'unclear');
create index outbox_subject on outbox (environment, subject, id) where state in ('ready', 'sending', 'unclear', 'parked');
create index outbox_newest on outbox (environment, subject, id desc);
create index outbox_decision on outbox (decision);
create index outbox_state on outbox (environment, state, id);

-- Kinds of update that rest: closed to us in AFAS (until a time, then tried again) or by a person (until null).
create table paused_kind (
    environment text not null, kind text not null, reason text not null, until timestamptz,
    since timestamptz not null default now(),
    primary key (environment, kind)
);

-- Every contact with AFAS about an update: what we asked or sent (masked), what came back.
create table attempt (
    id bigint generated always as identity primary key,
    outbox bigint not null references outbox, at timestamptz not null default now(),
    step text not null check (step in ('look', 'send', 'verify', 'person')),
    outcome text not null, detail text, request jsonb, trace text, log_reference text, seconds real
);
create index attempt_outbox on attempt (outbox, id);

-- The signed PDF lives here until AFAS shows it.
create table stored_file (
    environment text not null, id uuid not null, name text not null, mime_type text not null,
    content bytea not null, sha256 bytea not null, evidence jsonb not null, created_at timestamptz not null default now(),
    primary key (environment, id)
);

create table idempotency (
    environment text not null, api_key text not null, key text not null, request_hash bytea not null,
    status integer not null, body jsonb not null, at timestamptz not null default now(),
    primary key (environment, api_key, key)
);

-- ---------------------------------------------------------------- the environment and who may call
create table environment (
    environment text primary key, mode text not null default 'live' check (mode in ('live', 'dry-run', 'paused')),
    paused_until timestamptz, pause_reason text, afas_identity text, token_expires date, checked_at timestamptz
);

-- Calls in flight to AFAS: a leased row each. An abandoned call keeps its slot until AFAS's own limit is over.
create table afas_slot (
    environment text not null, slot integer not null, token uuid, leased_until timestamptz not null default '-infinity',
    primary key (environment, slot)
);

create table api_key (
    id text primary key, name text not null, key_hash bytea not null unique, scopes text[] not null,
    environment text not null, client text, created_at timestamptz not null default now(), last_used_at timestamptz,
    revoked_at timestamptz
);

create table process (
    id uuid primary key, kind text not null, host text not null, pid integer not null,
    started_at timestamptz not null default now(), seen_at timestamptz not null default now()
);
