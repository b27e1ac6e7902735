-- AFAS's times do not always say which of two came first, and some lie ahead of AFAS's present.

-- Rows as they stand in the mirror whose time lay ahead when they were read: that time decides nothing, neither here
-- nor once it has come. record: the table; surely: ahead by every clock, so that a person is told.
create table row_ahead (
    environment text not null, record text not null, key text not null, flow text not null,
    changed_at timestamptz not null, surely boolean not null, since timestamptz not null default now(),
    primary key (environment, record, key)
);

-- Lines of which AFAS tells a deletion, and nothing says whether they came back after it: AFAS is asked by name.
create table doubted_line (
    environment text not null, line bigint not null, since timestamptz not null default now(),
    primary key (environment, line)
);

-- Both as we read AFAS's texts: times of the first pass, whose wall clock comes again an hour later.
create function same_repeated_hour(one timestamptz, other timestamptz) returns boolean language sql stable as $$
    select one - other < interval '1 hour' and other - one < interval '1 hour'
        and one at time zone 'Europe/Amsterdam' = (one + interval '1 hour') at time zone 'Europe/Amsterdam'
        and other at time zone 'Europe/Amsterdam' = (other + interval '1 hour') at time zone 'Europe/Amsterdam'
$$;

create function lies_ahead(env text, table_name text, row_key text) returns boolean language sql stable as $$
    select exists (select from row_ahead where environment = env and record = table_name and key = row_key)
$$;
