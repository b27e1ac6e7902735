-- An optional flow whose connector AFAS does not offer: since when that is known. It is asked for again now and then.
alter table flow add column absent_since timestamptz;
