create table leave (
    environment text not null, leave bigint not null, employee text not null, leave_type text not null,
    start_date date not null, end_date date, hours numeric not null, approved boolean not null,
    changed_at timestamptz not null,
    content_hash bytea not null, withdrawn_at timestamptz, written_at timestamptz not null default now(),
    primary key (environment, leave)
);
create index leave_employee on leave (environment, employee, start_date);
