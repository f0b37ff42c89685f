BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE annotations (
	id INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	layer VARCHAR(40) NOT NULL, 
	start_s FLOAT NOT NULL, 
	end_s FLOAT NOT NULL, 
	label TEXT NOT NULL, 
	extra JSON NOT NULL, 
	CONSTRAINT pk_annotations PRIMARY KEY (id)
);
CREATE TABLE changes (
	id INTEGER NOT NULL, 
	made VARCHAR(40) NOT NULL, 
	who TEXT NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	rows JSON NOT NULL, 
	undone VARCHAR(40), 
	CONSTRAINT pk_changes PRIMARY KEY (id)
);
CREATE TABLE checksums (
	path VARCHAR(500) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size BIGINT NOT NULL, 
	CONSTRAINT pk_checksums PRIMARY KEY (path)
);
CREATE TABLE job_lines (
	id INTEGER NOT NULL, 
	job_id INTEGER NOT NULL, 
	made VARCHAR(40) NOT NULL, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_job_lines PRIMARY KEY (id)
);
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
	finished VARCHAR(40), process TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_jobs PRIMARY KEY (id)
);
INSERT INTO "jobs" VALUES(1,'import','{"folder": "/music"}','done',1.0,'','','2026-11-24T15:31:55.185+00:00',NULL,'2026-11-24T15:31:55.190+00:00','');
CREATE TABLE maps (
	id VARCHAR(100) NOT NULL, 
	method VARCHAR(20) NOT NULL, 
	params JSON NOT NULL, 
	encoder_id VARCHAR(100) NOT NULL, 
	n_segments INTEGER NOT NULL, 
	created VARCHAR(40) NOT NULL, 
	CONSTRAINT pk_maps PRIMARY KEY (id)
);
INSERT INTO "maps" VALUES('pca-c1946afee3d3','pca','{}','paper-00000000',3,'2026-11-24T15:31:55.176+00:00');
CREATE TABLE meta (
	"key" VARCHAR(100) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('revision','5');
INSERT INTO "meta" VALUES('current_encoder','paper-00000000');
INSERT INTO "meta" VALUES('current_map','pca-c1946afee3d3');
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
	notes JSON NOT NULL, audio TEXT DEFAULT '' NOT NULL, start_s FLOAT DEFAULT '0' NOT NULL, end_s FLOAT, given JSON DEFAULT '{}' NOT NULL, edits JSON DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_recordings PRIMARY KEY (id), 
	CONSTRAINT uq_recordings_root_path UNIQUE (root, path)
);
INSERT INTO "recordings" VALUES(1,'/music','Erhu/A/光明行.ogg','0000000000000000000000000000000000000000000000000000000000000001',100,200,10.0,'vorbis','光明行','A','Erhu','{"year": "1995"}','{"artist": "A"}','ready','','[]','',0.0,NULL,'{}','{}');
INSERT INTO "recordings" VALUES(2,'/music','Pipa/B/Xi Yang Xiao Gu.flac','0000000000000000000000000000000000000000000000000000000000000002',100,200,20.0,'vorbis','Xi Yang Xiao Gu','B','Pipa','{"year": "1995"}','{"artist": "B"}','ready','','["odd"]','',0.0,NULL,'{}','{}');
INSERT INTO "recordings" VALUES(3,'/music','letter.mp3','',0,0,0.0,'','Unknown','Unknown','Unknown','{}','{}','failed','is no readable audio','[]','',0.0,NULL,'{}','{}');
CREATE TABLE selections (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	who TEXT NOT NULL, 
	made VARCHAR(40) NOT NULL, 
	recipe JSON NOT NULL, 
	removed VARCHAR(40), 
	CONSTRAINT pk_selections PRIMARY KEY (id)
);
INSERT INTO "selections" VALUES(1,'slow erhu','Shuai','2026-11-24T15:31:55+00:00','{"map": "x", "all_of": []}',NULL);
CREATE INDEX ix_recordings_sha256 ON recordings (sha256);
CREATE INDEX ix_recordings_state ON recordings (state);
CREATE INDEX ix_jobs_state ON jobs (state);
CREATE INDEX ix_job_lines_job_id ON job_lines (job_id);
CREATE INDEX ix_annotations_sha256 ON annotations (sha256);
COMMIT;
