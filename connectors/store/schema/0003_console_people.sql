-- ---------------------------------------------------------------- people at the console, and their sessions
-- password: an argon2id hash, with its parameters inside. code_secret: the secret of the one-time codes, null until
-- the first sign-in. code_step: the newest 30-second step of which a code was accepted; a code works once.
create table console_person (
    id bigint generated always as identity primary key,
    environment text not null, name text not null, email text not null default '',
    role text not null check (role in ('viewer', 'operator', 'approver', 'administrator')),
    password text, password_due boolean not null default false,
    code_secret text, code_step bigint not null default 0,
    language text check (language in ('en', 'nl')), external boolean not null default false,
    created_at timestamptz not null default now(), disabled_at timestamptz, signed_in_at timestamptz
);
create unique index console_person_name on console_person (environment, lower(name));

-- token: SHA-256 of what the cookie holds. stage: 'code' after the password, 'open' after the code.
-- new_secret: the secret that is being enrolled. confirmed_at: when a code was last given, for dangerous actions.
create table console_session (
    token bytea primary key, environment text not null,
    person bigint not null references console_person on delete cascade,
    stage text not null check (stage in ('code', 'open')), new_secret text,
    began_at timestamptz not null default now(), seen_at timestamptz not null default now(),
    confirmed_at timestamptz
);
create index console_session_person on console_session (person);

-- Failed sign-ins by SHA-256 of the name that was typed, whether anybody bears it or not.
create table console_failure (
    environment text not null, name bytea not null, failures integer not null, last_at timestamptz not null default now(),
    locked_until timestamptz,
    primary key (environment, name)
);

-- What the page Now shows of the last day.
create index outbox_done on outbox (environment, ended_at) where state = 'done';
