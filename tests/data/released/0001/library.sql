BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE jobs (
	id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	params JSON NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	progress FLOAT NOT NULL, 
	message TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	created VARCHAR(40) NOT NULL, 
	started VARCHAR(40), 
	finished VARCHAR(40), 
	CONSTRAINT pk_jobs PRIMARY KEY (id)
);
INSERT INTO "jobs" VALUES(1,'import','{"folder": "/music"}','done',1.0,'','','2026-11-24T15:32:56.828+00:00',NULL,'2026-11-24T15:32:56.834+00:00');
CREATE TABLE maps (
	id VARCHAR(100) NOT NULL, 
	method VARCHAR(20) NOT NULL, 
	params JSON NOT NULL, 
	encoder_id VARCHAR(100) NOT NULL, 
	n_segments INTEGER NOT NULL, 
	created VARCHAR(40) NOT NULL, 
	CONSTRAINT pk_maps PRIMARY KEY (id)
);
INSERT INTO "maps" VALUES('tsne-3b2716b8d80b','tsne','{"seed": 0, "perplexity": 30.0}','paper-00000000',3,'2026-11-24T15:32:56.819+00:00');
CREATE TABLE meta (
	"key" VARCHAR(100) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('revision','5');
INSERT INTO "meta" VALUES('current_encoder','paper-00000000');
INSERT INTO "meta" VALUES('current_map','tsne-3b2716b8d80b');
CREATE TABLE recordings (
	id INTEGER NOT NULL, 
	root TEXT NOT NULL, 
	path TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size BIGINT NOT NULL, 
	mtime_ns BIGINT NOT NULL, 
	duration_s FLOAT NOT NULL, 
	codec VARCHAR(40) NOT NULL, 
	title TEXT NOT NULL, 
	performer TEXT NOT NULL, 
	instrument TEXT NOT NULL, 
	extra JSON NOT NULL, 
	tags JSON NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	reason TEXT NOT NULL, 
	notes JSON NOT NULL, 
	CONSTRAINT pk_recordings PRIMARY KEY (id), 
	CONSTRAINT uq_recordings_root_path UNIQUE (root, path)
);
INSERT INTO "recordings" VALUES(1,'/music','Erhu/A/光明行.ogg','0000000000000000000000000000000000000000000000000000000000000001',100,200,10.0,'vorbis','光明行','A','Erhu','{"year": "1995"}','{"artist": "A"}','ready','','[]');
INSERT INTO "recordings" VALUES(2,'/music','Pipa/B/Xi Yang Xiao Gu.flac','0000000000000000000000000000000000000000000000000000000000000002',100,200,20.0,'vorbis','Xi Yang Xiao Gu','B','Pipa','{"year": "1995"}','{"artist": "B"}','ready','','["odd"]');
INSERT INTO "recordings" VALUES(3,'/music','letter.mp3','',0,0,0.0,'','Unknown','Unknown','Unknown','{}','{}','failed','is no readable audio','[]');
CREATE INDEX ix_recordings_sha256 ON recordings (sha256);
CREATE INDEX ix_recordings_state ON recordings (state);
CREATE INDEX ix_jobs_state ON jobs (state);
COMMIT;
