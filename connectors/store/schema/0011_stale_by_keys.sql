-- What becomes stale is looked up by keys that were gathered first, and never joined: a new table has no statistics,
-- and a planner without them compares every row of a page with every row that is known. The plan is made anew each
-- time, for the keys at hand: one changed row is an index lookup, five thousand are one pass.

create function persons_of(env text, employees text[]) returns text[]
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
    return array(select person from employee where environment = env and employee = any(employees));
end $$;

create function declarations_of(env text, placements text[], statuses text[]) returns text[]
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
    return array(select number from declaration
                 where environment = env and placement = any(placements) and status = any(statuses));
end $$;

-- Whose first hours these are: for all others booking changes nothing.
create function not_booking_yet(env text, people text[]) returns text[]
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
    return array(select unnest(people) except
                 select person from onboarding
                 where environment = env and person = any(people) and state = 'booking-hours');
end $$;

create or replace function stale_of_hours() returns trigger language plpgsql as $$
declare env text; people text[] := '{}';
begin
    for env in select distinct environment from new_rows loop
        if tg_op = 'INSERT' then
            people := persons_of(env, array(select distinct employee from new_rows where environment = env));
            perform note_stale(
                array(select coalesce(claim, placement || '@' || to_char(date, 'IYYY-"W"IW')) from new_rows where environment = env),
                not_booking_yet(env, people), env);
        else
            perform note_stale(
                array(select coalesce(claim, placement || '@' || to_char(date, 'IYYY-"W"IW')) from new_rows where environment = env
                      union select coalesce(claim, placement || '@' || to_char(date, 'IYYY-"W"IW')) from old_rows where environment = env),
                people, env);
        end if;
    end loop;
    return null;
end $$;

create or replace function stale_of_placements() returns trigger language plpgsql as $$
declare env text;
begin
    for env in select distinct environment from new_rows loop
        perform note_stale(
            declarations_of(env, array(select placement from new_rows where environment = env),
                            array['open', 'to-approve', 'rejected']),
            persons_of(env, array(select distinct employee from new_rows where environment = env)),
            env);
    end loop;
    return null;
end $$;

create or replace function stale_of_contacts() returns trigger language plpgsql set plan_cache_mode = force_custom_plan as $$
declare env text; contacts bigint[]; placements text[];
begin
    for env in select distinct environment from new_rows loop
        contacts := array(select contact from new_rows where environment = env);
        placements := array(select placement from placement where environment = env and claim_contact = any(contacts));
        perform note_stale(declarations_of(env, placements, array['open', 'to-approve']), array[]::text[], env);
    end loop;
    return null;
end $$;

-- An onboarding item may know the person, or only the employee.
create or replace function stale_of_onboarding_items() returns trigger language plpgsql as $$
declare env text;
begin
    for env in select distinct environment from new_rows loop
        perform note_stale(
            array[]::text[],
            array(select person from new_rows where environment = env)
                || persons_of(env, array(select employee from new_rows where environment = env and person is null)),
            env);
    end loop;
    return null;
end $$;
