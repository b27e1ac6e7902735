-- What is asked of one update just before it is sent (G4). These hold subqueries, so that they are called, not put in
-- the place of the call: they are for one row.

-- What was decided about is not what we know any more.
create function has_moved(o outbox) returns boolean language sql stable as $$
    select o.version is not null and exists (select from declaration d
        where d.environment = o.environment and d.number = claim_of(o.subject) and d.version <> o.version)
$$;
-- There is news of it that was not derived yet. The decision itself leaves a mark of staleness too: only what was
-- written behind it is news.
create function has_news(o outbox) returns boolean language sql stable as $$
    select o.version is not null and exists (select from stale s
        where s.environment = o.environment and s.kind = 'declaration' and s.key = claim_of(o.subject)
            and (exists (select from claim c where c.environment = s.environment and c.claim = s.key
                    and c.written_at > o.created_at)
                or exists (select from hour_line h where h.environment = s.environment and h.claim = s.key
                    and h.written_at > o.created_at)))
$$;

-- The flows that a database knows of: it read them once, or its clock is to.
create view known_flow as
    select environment, flow from flow
    union select environment, substr(name, 6) from schedule where starts_with(name, 'full:');
