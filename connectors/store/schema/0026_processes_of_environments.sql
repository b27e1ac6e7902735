-- Of which environment a process is: one installation may serve several, and a worker of one is no worker of another.
alter table process add column environment text;
create index process_environment on process (environment, kind);
