-- After a refused token or a closed connector we ask again soon, and less often each time that it goes on. `rests` is
-- the number of rests in a row; a rest that begins later after the last one than that lasted is the first of a new row.

alter table environment add column rests integer not null default 0;
alter table paused_kind add column rests integer not null default 0;

-- How long the nth rest of a row lasts, in seconds; the last length holds for all that follow.
create function rest_length(rests integer, lengths float8[]) returns float8 language sql immutable as $$
    select lengths[least(greatest(rests, 1), cardinality(lengths))]
$$;

-- The number in its row of a rest that begins now. Several workers that are refused together tell one thing.
create function rest_number(until timestamptz, rests integer, lengths float8[]) returns integer language sql stable as $$
    select case when until > now() then greatest(rests, 1)
        when until > now() - make_interval(secs => rest_length(rests, lengths)) then rests + 1
        else 1 end
$$;
