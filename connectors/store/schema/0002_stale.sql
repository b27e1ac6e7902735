-- What becomes stale when its ground changes. Statement triggers with transition tables: one insert per page.

create function stale_of_hours() returns trigger language plpgsql as $$
declare env text;
begin
    if tg_op = 'INSERT' then
        for env in select distinct environment from new_rows loop
            perform note_stale(
                array(select coalesce(claim, placement || '@' || to_char(date, 'IYYY-"W"IW')) from new_rows where environment = env),
                array(select distinct e.person from new_rows h join employee e using (environment, employee)
                      left join onboarding o on o.environment = e.environment and o.person = e.person
                      where h.environment = env and o.state is distinct from 'booking-hours'),
                env);
        end loop;
    else
        for env in select distinct environment from new_rows loop
            perform note_stale(
                array(select coalesce(claim, placement || '@' || to_char(date, 'IYYY-"W"IW')) from new_rows where environment = env
                      union select coalesce(claim, placement || '@' || to_char(date, 'IYYY-"W"IW')) from old_rows where environment = env),
                array[]::text[], env);
        end loop;
    end if;
    return null;
end $$;
create trigger stale_of_new_hours after insert on hour_line
    referencing new table as new_rows for each statement execute function stale_of_hours();
create trigger stale_of_changed_hours after update on hour_line
    referencing new table as new_rows old table as old_rows for each statement execute function stale_of_hours();

create function stale_of_claims() returns trigger language plpgsql as $$
declare env text;
begin
    for env in select distinct environment from new_rows loop
        perform note_stale(array(select claim from new_rows where environment = env), array[]::text[], env);
    end loop;
    return null;
end $$;
create trigger stale_of_new_claims after insert on claim
    referencing new table as new_rows for each statement execute function stale_of_claims();
create trigger stale_of_changed_claims after update on claim
    referencing new table as new_rows for each statement execute function stale_of_claims();

-- A placement or contact that appears or changes touches the declarations that still wait, not those long paid.
create function stale_of_placements() returns trigger language plpgsql as $$
declare env text;
begin
    for env in select distinct environment from new_rows loop
        perform note_stale(
            array(select d.number from declaration d join new_rows p on p.environment = d.environment and p.placement = d.placement
                  where d.environment = env and d.status in ('open', 'to-approve', 'rejected')),
            array(select distinct e.person from new_rows p join employee e using (environment, employee) where p.environment = env),
            env);
    end loop;
    return null;
end $$;
create index declaration_placement on declaration (environment, placement);
create trigger stale_of_new_placements after insert on placement
    referencing new table as new_rows for each statement execute function stale_of_placements();
create trigger stale_of_changed_placements after update on placement
    referencing new table as new_rows for each statement execute function stale_of_placements();

create function stale_of_contacts() returns trigger language plpgsql as $$
declare env text;
begin
    for env in select distinct environment from new_rows loop
        perform note_stale(
            array(select d.number from new_rows c
                  join placement p on p.environment = c.environment and p.claim_contact = c.contact
                  join declaration d on d.environment = p.environment and d.placement = p.placement
                  where c.environment = env and d.status in ('open', 'to-approve')),
            array[]::text[], env);
    end loop;
    return null;
end $$;
create index placement_claim_contact on placement (environment, claim_contact);
create trigger stale_of_new_contacts after insert on contact
    referencing new table as new_rows for each statement execute function stale_of_contacts();
create trigger stale_of_changed_contacts after update on contact
    referencing new table as new_rows for each statement execute function stale_of_contacts();

create function stale_of_people() returns trigger language plpgsql as $$
declare env text;
begin
    for env in select distinct environment from new_rows loop
        perform note_stale(array[]::text[], array(select person from new_rows where environment = env), env);
    end loop;
    return null;
end $$;
create trigger stale_of_new_employees after insert on employee
    referencing new table as new_rows for each statement execute function stale_of_people();
create trigger stale_of_changed_employees after update on employee
    referencing new table as new_rows for each statement execute function stale_of_people();

-- An onboarding item may know the person, or only the employee.
create function stale_of_onboarding_items() returns trigger language plpgsql as $$
declare env text;
begin
    for env in select distinct environment from new_rows loop
        perform note_stale(
            array[]::text[],
            array(select coalesce(i.person, e.person) from new_rows i
                  left join employee e on e.environment = i.environment and e.employee = i.employee
                  where i.environment = env),
            env);
    end loop;
    return null;
end $$;
create trigger stale_of_new_onboarding_items after insert on onboarding_item
    referencing new table as new_rows for each statement execute function stale_of_onboarding_items();
create trigger stale_of_changed_onboarding_items after update on onboarding_item
    referencing new table as new_rows for each statement execute function stale_of_onboarding_items();

-- A decision on its way changes what the portal shows, and so does its end: done, or the ground fell away.
create function stale_of_outbox() returns trigger language plpgsql as $$
begin
    perform note_stale(array[substr(new.subject, 7)], array[]::text[], new.environment);
    return null;
end $$;
create trigger stale_of_new_updates after insert on outbox
    for each row when (new.subject like 'claim:%') execute function stale_of_outbox();
create trigger stale_of_ended_updates after update of state on outbox
    for each row when (new.subject like 'claim:%' and new.state is distinct from old.state and new.state in ('done', 'void'))
    execute function stale_of_outbox();
