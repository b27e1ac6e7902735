-- AFAS may send ten decimals (AFAS: OpenAPI, multipleOf). A number keeps the decimals that it came with.

alter table hour_line alter column quantity type numeric;
alter table claim alter column total_hours type numeric;
alter table declaration alter column hours type numeric;
alter table placement alter column target_hours type numeric;
alter table invoice alter column amount type numeric, alter column balance type numeric;

-- By how much AFAS may have rounded a quantity: half of its last decimal. One that shows fewer than two decimals was
-- not rounded (domain/declaration.py says the same).
create function rounding(quantity numeric) returns numeric language sql immutable parallel safe as $$
    select case when scale(trim_scale(quantity)) < 2 then 0
        else 0.5 * power(10::numeric, -scale(trim_scale(quantity))) end
$$;

-- An update that has ended is never taken up again, so only its end marks a declaration.
drop trigger stale_of_ended_updates on outbox;
create trigger stale_of_ended_updates after update of state on outbox
    for each row when (new.subject like 'claim:%' and new.state is distinct from old.state and new.state in ('done', 'void'))
    execute function stale_of_outbox();
