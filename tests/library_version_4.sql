BEGIN TRANSACTION;
CREATE TABLE answers (
    record_id TEXT PRIMARY KEY, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    conversation_id TEXT, question TEXT NOT NULL, record BLOB NOT NULL
) STRICT;
CREATE TABLE chunks (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE, position INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, heading TEXT, vector BLOB NOT NULL
) STRICT;
INSERT INTO "chunks" VALUES('title:0',0,0,60,NULL,X'31BABA359CB4B330C6AED7B4F8307D32');
INSERT INTO "chunks" VALUES('title:1',0,0,60,NULL,X'73B8C93869B2B22DF9B6D7B4FEA42FAB');
INSERT INTO "chunks" VALUES('arxiv:2101.00001',0,2,69,NULL,X'85AC343844306BB60D3458B846355134');
INSERT INTO "chunks" VALUES('doi:10.2/y',0,0,208,NULL,X'633326B210316EA263AF3ABB8FA87633');
INSERT INTO "chunks" VALUES('doi:10.2/y',1,209,417,NULL,X'633326B210316EA263AF3ABB8FA87633');
INSERT INTO "chunks" VALUES('doi:10.2/y',2,418,569,NULL,X'C03256B14D31D59CAFAE4DBB85A69033');
INSERT INTO "chunks" VALUES('title:4',0,0,60,NULL,X'92B3AB365AB97B3497B30DB58831C533');
CREATE TABLE former_ids (
    former_id TEXT PRIMARY KEY, paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE ingest_log (
    at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, report TEXT NOT NULL
) STRICT;
INSERT INTO "ingest_log" VALUES('2026-11-23 20:15:24','{"added": 5, "updated": 0, "unchanged": 0, "merged": 0, "skipped": [], "without_abstract": 0, "embedded": 45}');
CREATE TABLE kept_sources (
    source_hash TEXT PRIMARY KEY, paper BLOB NOT NULL, spans BLOB NOT NULL, vectors BLOB NOT NULL
) STRICT;
CREATE TABLE keys (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE, key TEXT NOT NULL,
    PRIMARY KEY (paper_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "keys" VALUES('arxiv:2101.00001','arxiv:2101.00001');
INSERT INTO "keys" VALUES('arxiv:2101.00001','doi:10.1/x');
INSERT INTO "keys" VALUES('doi:10.2/y','doi:10.2/y');
INSERT INTO "keys" VALUES('arxiv:2101.00001','title:1901ed7dcf6ac34e');
INSERT INTO "keys" VALUES('title:1','title:3a0260ca1b80e5bf');
INSERT INTO "keys" VALUES('doi:10.2/y','title:5349bf0fe5546615');
INSERT INTO "keys" VALUES('title:4','title:c5248ffa56399cd1');
INSERT INTO "keys" VALUES('title:0','title:d371f6ca276bdfbc');
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "meta" VALUES('schema_version','4');
INSERT INTO "meta" VALUES('embedder','hashing');
INSERT INTO "meta" VALUES('dimension','8');
INSERT INTO "meta" VALUES('generation','1');
INSERT INTO "meta" VALUES('dense_place','chroma');
INSERT INTO "meta" VALUES('indexed_generation','1');
CREATE TABLE papers (
    paper_id TEXT PRIMARY KEY, content_hash TEXT NOT NULL, title TEXT NOT NULL,
    abstract TEXT NOT NULL, authors TEXT NOT NULL, year INTEGER, venue TEXT, url TEXT,
    doi TEXT, arxiv_id TEXT, source TEXT, added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    other_urls TEXT NOT NULL DEFAULT '[]', other_sources TEXT NOT NULL DEFAULT '[]'
, tags TEXT NOT NULL DEFAULT '[]') STRICT;
INSERT INTO "papers" VALUES('title:0','95315798332d5850642a7719a941c10ea5b352cb9ade47adc57e3f6521fc134b','The clock0 in cold water','We keep the clock0 in water. Its drift is 0 seconds a month.','[]',NULL,NULL,NULL,NULL,NULL,'list.txt','2026-11-23 20:15:22','[]','[]','[]');
INSERT INTO "papers" VALUES('title:1','0c3b4649aad6abd4d21ddf4df850ecb0b846bb104823ed972d27a86e833cdbfb','The clock1 in cold water','We keep the clock1 in water. Its drift is 1 seconds a month.','[]',NULL,NULL,NULL,NULL,NULL,'list.txt','2026-11-23 20:15:22','[]','[]','[]');
INSERT INTO "papers" VALUES('arxiv:2101.00001','0b2ec1845e597c3adc5a4ac490b4176fccd7046ad28ad3023792c09769a47f71','Tide Clocks: O(n) gears + Ω','  Odd   spaces,
Ω and L_2circ. A tide clock
has 30 teeth; it''s slow. ','["Ada Lind", "Bo Ñandú"]',2021,'Journal of Slow Time','https://example.org/t?a=1;b=2','10.1/X','2101.00001','papers.jsonl','2026-11-23 20:15:22','[]','[]','[]');
INSERT INTO "papers" VALUES('doi:10.2/y','964b45d0dd0fbb5bf9db31ad2e59e8bdd84c0cd6fea6d2f52294fa1019cc7686','The clock3 in cold water','We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. We keep it in tar. ','[]',NULL,NULL,NULL,'10.2/y',NULL,'papers.jsonl','2026-11-23 20:15:22','[]','[]','[]');
INSERT INTO "papers" VALUES('title:4','9f803a1135a4a2c7ea3a39277140da772f82d5e1d6fa18216d867d3bbda00497','The clock4 in cold water','We keep the clock4 in water. Its drift is 4 seconds a month.','[]',NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-23 20:15:22','[]','[]','[]');
CREATE TABLE records (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE,
    source TEXT NOT NULL, record_hash TEXT NOT NULL, paper BLOB
) STRICT;
INSERT INTO "records" VALUES('title:0','list.txt','87e077fc3e9295ab94c80d0d349596a0',NULL);
INSERT INTO "records" VALUES('title:1','list.txt','2aabfaf887426f5d7824823cf77cdc08',NULL);
INSERT INTO "records" VALUES('arxiv:2101.00001','papers.jsonl','1d2e69510837c9173a5cde27d05b5eb9',NULL);
INSERT INTO "records" VALUES('doi:10.2/y','papers.jsonl','62693864dddbc159b480e0b1dc577796',NULL);
INSERT INTO "records" VALUES('title:4','','0eae8b90a21ad711d35e62f6c122225f',NULL);
CREATE TABLE sentences (
    paper_id TEXT PRIMARY KEY REFERENCES papers ON DELETE CASCADE,
    spans BLOB NOT NULL, vectors BLOB NOT NULL
) STRICT
;
INSERT INTO "sentences" VALUES('title:0',X'000000001C0000001D0000003C000000',X'BD4FF41E15810744E5BA81E0A92F15E3');
INSERT INTO "sentences" VALUES('title:1',X'000000001C0000001D0000003C000000',X'DB5B0326F981ED1C0DD88FBC81450DD6');
INSERT INTO "sentences" VALUES('arxiv:2101.00001',X'020000001F0000002000000045000000',X'CB7F11BD27CA2B25204D69AB33817621');
INSERT INTO "sentences" VALUES('doi:10.2/y',X'000000001200000013000000250000002600000038000000390000004B0000004C0000005E0000005F000000710000007200000084000000850000009700000098000000AA000000AB000000BD000000BE000000D0000000D1000000E3000000E4000000F6000000F7000000090100000A0100001C0100001D0100002F010000300100004201000043010000550100005601000068010000690100007B0100007C0100008E0100008F010000A1010000A2010000B4010000B5010000C7010000C8010000DA010000DB010000ED010000EE01000000020000010200001302000014020000260200002702000039020000',X'29DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F72129DB14FBEB81F721');
INSERT INTO "sentences" VALUES('title:4',X'000000001C0000001D0000003C000000',X'1155A84EFA81194CF7C481B6A535FFDD');
CREATE TABLE sources_of_answers (
    record_id TEXT NOT NULL REFERENCES answers ON DELETE CASCADE,
    source_hash TEXT NOT NULL REFERENCES kept_sources, PRIMARY KEY (record_id, source_hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE turns (
    conversation_id TEXT NOT NULL, position INTEGER NOT NULL,
    at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    about TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (conversation_id, position)
) STRICT;
INSERT INTO "turns" VALUES('talk',1,'2026-11-23 20:16:00','The clock0 in cold water','{}');
CREATE INDEX chunks_of_paper ON chunks (paper_id)
;
CREATE INDEX records_of_source ON records (source, record_hash);
CREATE INDEX records_of_paper ON records (paper_id);
CREATE INDEX papers_of_key ON keys (key);
CREATE INDEX former_ids_of_paper ON former_ids (paper_id)

;
CREATE INDEX answers_of_conversation ON answers (conversation_id, at);
CREATE INDEX answers_of_source ON sources_of_answers (source_hash)
;
COMMIT;
