BEGIN TRANSACTION;
CREATE TABLE chunks (
    chunk_id TEXT PRIMARY KEY,
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL
) STRICT;
INSERT INTO "chunks" VALUES('title:0#0','title:0',0,60,'The clock0 in cold water
We keep the clock0 in water. Its drift is 0 seconds a month.',X'31BABA359CB4B330C6AED7B4F8307D32');
INSERT INTO "chunks" VALUES('title:1#0','title:1',0,60,'The clock1 in cold water
We keep the clock1 in water. Its drift is 1 seconds a month.',X'73B8C93869B2B22DF9B6D7B4FEA42FAB');
INSERT INTO "chunks" VALUES('arxiv:2101.00001#0','arxiv:2101.00001',2,69,'Tide Clocks: O(n) gears + Ω
Odd   spaces,
Ω and L_2circ. A tide clock
has 30 teeth; it''s slow.',X'85AC343844306BB60D3458B846355134');
INSERT INTO "chunks" VALUES('doi:10.2/y#0','doi:10.2/y',0,208,'The clock3 in cold water
We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar.',X'633326B210316EA263AF3ABB8FA87633');
INSERT INTO "chunks" VALUES('doi:10.2/y#1','doi:10.2/y',209,417,'The clock3 in cold water
We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar.',X'633326B210316EA263AF3ABB8FA87633');
INSERT INTO "chunks" VALUES('doi:10.2/y#2','doi:10.2/y',418,569,'The clock3 in cold water
We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar.',X'C03256B14D31D59CAFAE4DBB85A69033');
INSERT INTO "chunks" VALUES('title:4#0','title:4',0,60,'The clock4 in cold water
We keep the clock4 in water. Its drift is 4 seconds a month.',X'92B3AB365AB97B3497B30DB58831C533');
CREATE TABLE ingest_log (
    at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, report TEXT NOT NULL
) STRICT;
INSERT INTO "ingest_log" VALUES('2026-11-23 20:15:24','{"added": 5, "updated": 0, "unchanged": 0, "skipped": [{"source": "a", "place": "line 3", "reason": "no title"}], "embedded": 45}');
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "meta" VALUES('schema_version','1');
INSERT INTO "meta" VALUES('embedder','hashing');
INSERT INTO "meta" VALUES('dimension','8');
INSERT INTO "meta" VALUES('generation','1');
INSERT INTO "meta" VALUES('indexed_generation','1');
CREATE TABLE papers (
    paper_id TEXT PRIMARY KEY, content_hash TEXT NOT NULL, title TEXT NOT NULL,
    abstract TEXT NOT NULL, authors TEXT NOT NULL, year INTEGER, venue TEXT, url TEXT,
    doi TEXT, arxiv_id TEXT, source TEXT, added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;
INSERT INTO "papers" VALUES('title:0','95315798332d5850642a7719a941c10ea5b352cb9ade47adc57e3f6521fc134b','The clock0 in cold water','We keep the clock0 in water. Its drift is 0 seconds a month.','[]',NULL,NULL,NULL,NULL,NULL,'list.txt','2026-11-23 20:15:22');
INSERT INTO "papers" VALUES('title:1','0c3b4649aad6abd4d21ddf4df850ecb0b846bb104823ed972d27a86e833cdbfb','The clock1 in cold water','We keep the clock1 in water. Its drift is 1 seconds a month.','[]',NULL,NULL,NULL,NULL,NULL,'list.txt','2026-11-23 20:15:22');
INSERT INTO "papers" VALUES('arxiv:2101.00001','0b2ec1845e597c3adc5a4ac490b4176fccd7046ad28ad3023792c09769a47f71','Tide Clocks: O(n) gears + Ω','  Odd   spaces,
Ω and L_2circ. A tide clock
has 30 teeth; it''s slow. ','["Ada Lind", "Bo Ñandú"]',2021,'Journal of Slow Time','https://example.org/t?a=1;b=2','10.1/X','2101.00001','papers.jsonl','2026-11-23 20:15:22');
INSERT INTO "papers" VALUES('doi:10.2/y','964b45d0dd0fbb5bf9db31ad2e59e8bdd84c0cd6fea6d2f52294fa1019cc7686','The clock3 in cold water','We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. ','[]',NULL,NULL,NULL,'10.2/y',NULL,'papers.jsonl','2026-11-23 20:15:22');
INSERT INTO "papers" VALUES('title:4','9f803a1135a4a2c7ea3a39277140da772f82d5e1d6fa18216d867d3bbda00497','The clock4 in cold water','We keep the clock4 in water. Its drift is 4 seconds a month.','[]',NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-23 20:15:22');
CREATE TABLE sentences (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (paper_id, start)
) STRICT, WITHOUT ROWID;
INSERT INTO "sentences" VALUES('arxiv:2101.00001',2,31,X'C2B4BD39FE2D0CB60433ECB4C733B632');
INSERT INTO "sentences" VALUES('arxiv:2101.00001',32,69,X'26301A35E3369BB5B8322EB8CD376230');
INSERT INTO "sentences" VALUES('doi:10.2/y',0,18,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',19,37,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',38,56,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',57,75,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',76,94,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',95,113,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',114,132,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',133,151,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',152,170,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',171,189,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',190,208,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',209,227,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',228,246,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',247,265,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',266,284,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',285,303,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',304,322,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',323,341,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',342,360,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',361,379,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',380,398,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',399,417,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',418,436,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',437,455,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',456,474,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',475,493,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',494,512,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',513,531,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',532,550,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('doi:10.2/y',551,569,X'8B341DB4733017A891B0F8BACEAB3033');
INSERT INTO "sentences" VALUES('title:0',0,28,X'E6B5FA3622AC5731582F93B932290336');
INSERT INTO "sentences" VALUES('title:0',29,60,X'B5B019B687B97EB191B70C34622F0FB1');
INSERT INTO "sentences" VALUES('title:1',0,28,X'F7B25138AB242A331BA909BA42AF4131');
INSERT INTO "sentences" VALUES('title:1',29,60,X'292C35B26CB84FB5F3B86335D02B9EB2');
INSERT INTO "sentences" VALUES('title:4',0,28,X'172D7A36BDB6ED351BA7D9B8862FD835');
INSERT INTO "sentences" VALUES('title:4',29,60,X'CCA9F3B43DB91CB681B766341B9FBBB1');
CREATE TABLE turns (
    conversation_id TEXT NOT NULL, position INTEGER NOT NULL,
    at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    about TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (conversation_id, position)
) STRICT;
INSERT INTO "turns" VALUES('talk',1,'2026-11-23 20:15:24','The clock0 in cold water','{}');
CREATE INDEX chunks_of_paper ON chunks (paper_id);
COMMIT;
